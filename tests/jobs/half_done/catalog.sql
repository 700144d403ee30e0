BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE claims (
	show VARCHAR(200) NOT NULL, 
	id VARCHAR(64) NOT NULL, 
	prints TEXT NOT NULL, 
	job VARCHAR(100) NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_claims PRIMARY KEY (show, id)
);
INSERT INTO "claims" VALUES('ban-tin','cdce12f1bbf02cc6','["cb010761", "63f27f55", "f064de1c", "28c9607b", "8ccc1a34", "c08856db", "0c72755c", "ce69f36b", "3532f3b2", "bba8d8e0", "9a0fe803", "eebd086b"]','render-23f89a0c1457fff3f561',1795726221728);
INSERT INTO "claims" VALUES('ban-tin','9054e32c564aba11','["19ab7ead", "86527b70", "d837c9ba", "2e3a525e", "789f2cdb", "1007b2de", "51683eac"]','render-da31c86789a75f41dbab',1795726221781);
INSERT INTO "claims" VALUES('ban-tin','5cea9da9520501eb','["75b1dd5d", "68c8503d", "85c2e5e0", "02cb537d", "7febe77f", "8e8765be", "0cb0514b", "41eed404", "38623e9a", "3df76f8b", "65509f16"]','render-a39b3a11b226b340924c',1795726221816);
INSERT INTO "claims" VALUES('ban-tin','7037d35db55ede19','["59055b16", "e64e5a30", "0d5cebba", "d26824f6", "1dd8e157", "a3e02147", "eb7a6264", "63b20f8c", "ecd76e90", "f5ccf5a0"]','render-f1403c126c369ed5bda3',1795726223874);
CREATE TABLE counters (
	name VARCHAR(100) NOT NULL, 
	label VARCHAR(200) DEFAULT '' NOT NULL, 
	value FLOAT NOT NULL, 
	CONSTRAINT pk_counters PRIMARY KEY (name, label)
);
CREATE TABLE episodes (
	show VARCHAR(200) NOT NULL, 
	id VARCHAR(64) NOT NULL, 
	version INTEGER NOT NULL, 
	state VARCHAR(20) NOT NULL, 
	published VARCHAR(40) NOT NULL, 
	record TEXT NOT NULL, 
	manifest INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_episodes PRIMARY KEY (show, id)
);
CREATE TABLE feeds (
	show VARCHAR(200) NOT NULL, 
	wanted INTEGER DEFAULT '0' NOT NULL, 
	written INTEGER DEFAULT '0' NOT NULL, 
	took FLOAT DEFAULT '0' NOT NULL, 
	at BIGINT DEFAULT '0' NOT NULL, 
	since BIGINT DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_feeds PRIMARY KEY (show)
);
CREATE TABLE jobs (
	id VARCHAR(100) NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	show VARCHAR(200) NOT NULL, 
	"key" VARCHAR(100) NOT NULL, 
	queue VARCHAR(20) NOT NULL, 
	state VARCHAR(20) NOT NULL, 
	source TEXT NOT NULL, 
	wish TEXT NOT NULL, 
	now VARCHAR(40) NOT NULL, 
	"by" VARCHAR(200) DEFAULT '' NOT NULL, 
	parent VARCHAR(100) DEFAULT '' NOT NULL, 
	place INTEGER DEFAULT '0' NOT NULL, 
	run INTEGER DEFAULT '1' NOT NULL, 
	sent VARCHAR(120) DEFAULT '' NOT NULL, 
	attempts INTEGER DEFAULT '0' NOT NULL, 
	mark BIGINT DEFAULT '0' NOT NULL, 
	reached BIGINT DEFAULT '0' NOT NULL, 
	stage VARCHAR(40) DEFAULT '' NOT NULL, 
	done INTEGER DEFAULT '0' NOT NULL, 
	"of" INTEGER DEFAULT '0' NOT NULL, 
	title TEXT DEFAULT '' NOT NULL, 
	worker VARCHAR(100) DEFAULT '' NOT NULL, 
	cancel BOOLEAN DEFAULT '0' NOT NULL, 
	until BIGINT DEFAULT '0' NOT NULL, 
	outcome TEXT DEFAULT '{}' NOT NULL, 
	asked BIGINT NOT NULL, 
	started BIGINT DEFAULT '0' NOT NULL, 
	finished BIGINT DEFAULT '0' NOT NULL, 
	changed BIGINT NOT NULL, 
	CONSTRAINT pk_jobs PRIMARY KEY (id)
);
INSERT INTO "jobs" VALUES('nightly-ban-tin-2026-11-24','nightly','ban-tin','nightly-5611800dc19f655889a1','nights','running','2026-11-24','{}','2026-11-24T20:00:00+07:00','thử','',0,1,'nights:1',1,0,3,'waiting',0,3,'','may-cu-26819-1b32dd',0,0,'{}',1795726217056,1795726221091,0,1795726224012);
INSERT INTO "jobs" VALUES('render-23f89a0c1457fff3f561','render','ban-tin','render-23f89a0c1457fff3f561','nightly','running','http://127.0.0.1:37525/tin/bai-0.html','{"_identity": "cdce12f1bbf02cc6", "_page": "f44cdf5350672ec537dc250ec72cbd51be08332dab8c1df848cf1e2b878340d0"}','2026-11-24T20:00:00+07:00','','nightly-ban-tin-2026-11-24',0,1,'nightly:1',1,0,2000001,'speaking',1,29,'','may-cu-26819-1b32dd',0,0,'{}',1795726221735,1795726222129,0,1795726222282);
INSERT INTO "jobs" VALUES('render-da31c86789a75f41dbab','render','ban-tin','render-da31c86789a75f41dbab','nightly','running','http://127.0.0.1:37525/tin/bai-1.html','{"_identity": "9054e32c564aba11", "_page": "9b25697bb82bfe081f7ae44427a7b3ebfad3bf7e809eb785cf9de8f8e7d25756"}','2026-11-24T20:00:00+07:00','','nightly-ban-tin-2026-11-24',1,1,'nightly:1',1,0,2000001,'speaking',1,18,'','may-cu-26819-1b32dd',0,0,'{}',1795726221783,1795726222116,0,1795726222267);
INSERT INTO "jobs" VALUES('render-a39b3a11b226b340924c','render','ban-tin','render-a39b3a11b226b340924c','nightly','queued','http://127.0.0.1:37525/tin/bai-2.html','{"_identity": "5cea9da9520501eb", "_page": "f4cb378f933b5d89ad5bd59b26caee61e1671a30d497e8a7792279b0583f4cef"}','2026-11-24T20:00:00+07:00','','nightly-ban-tin-2026-11-24',2,1,'nightly:1',0,0,0,'',0,0,'','',0,0,'{}',1795726221819,0,0,1795726221819);
INSERT INTO "jobs" VALUES('render-f1403c126c369ed5bda3','render','ban-tin','render-f1403c126c369ed5bda3','editor','running','bai-70.html','{"_page": "5899b5fdddd17cc2d91a16a711ee1c7abc6e71a590063ac0353ef414b2a4ce47"}','2026-11-24T20:00:00+07:00','thử','',0,1,'editor:1',1,0,2000001,'speaking',1,26,'','may-cu-26819-1b32dd',0,0,'{}',1795726223543,1795726223810,0,1795726223910);
INSERT INTO "jobs" VALUES('render-c09448ff1406efc54fbb','render','ban-tin','render-c09448ff1406efc54fbb','editor','queued','bai-71.html','{"_page": "5217f8fafe2204be5ac4d77b00fb526e7a8308d804189125a56784176a90110c"}','2026-11-24T20:00:00+07:00','thử','',0,1,'',0,0,0,'',0,0,'','',0,0,'{}',1795726225704,0,0,1795726225704);
CREATE TABLE leases (
	name VARCHAR(300) NOT NULL, 
	holder VARCHAR(100) NOT NULL, 
	until BIGINT NOT NULL, 
	CONSTRAINT pk_leases PRIMARY KEY (name)
);
CREATE TABLE numbers (
	show VARCHAR(200) NOT NULL, 
	season INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	episode VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_numbers PRIMARY KEY (show, season, number), 
	CONSTRAINT uq_numbers_show_season_episode UNIQUE (show, season, episode)
);
CREATE TABLE rates (
	name VARCHAR(200) NOT NULL, 
	next BIGINT DEFAULT '0' NOT NULL, 
	failures INTEGER DEFAULT '0' NOT NULL, 
	until BIGINT DEFAULT '0' NOT NULL, 
	trial BIGINT DEFAULT '0' NOT NULL, 
	why VARCHAR(20) DEFAULT 'ok' NOT NULL, 
	CONSTRAINT pk_rates PRIMARY KEY (name)
);
CREATE TABLE workers (
	id VARCHAR(100) NOT NULL, 
	host VARCHAR(200) NOT NULL, 
	pid INTEGER NOT NULL, 
	started BIGINT NOT NULL, 
	beat BIGINT NOT NULL, 
	state VARCHAR(20) NOT NULL, 
	version VARCHAR(40) NOT NULL, 
	taken_by VARCHAR(100) DEFAULT '' NOT NULL, 
	CONSTRAINT pk_workers PRIMARY KEY (id)
);
INSERT INTO "workers" VALUES('may-cu-26819-1b32dd','may-cu',26819,1795726218965,1795726219124,'alive','0.1.0','');
CREATE INDEX ix_episodes_show_version ON episodes (show, version);
CREATE INDEX ix_jobs_state_queue ON jobs (state, queue);
CREATE INDEX ix_jobs_key_state ON jobs ("key", state);
CREATE INDEX ix_jobs_parent ON jobs (parent);
CREATE INDEX ix_jobs_changed ON jobs (changed);
COMMIT;
