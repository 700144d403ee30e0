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
	job VARCHAR(300) NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_claims PRIMARY KEY (show, id)
);
INSERT INTO "claims" VALUES('ban-tin','cdce12f1bbf02cc6','["cb010761", "63f27f55", "f064de1c", "28c9607b", "8ccc1a34", "c08856db", "0c72755c", "ce69f36b", "3532f3b2", "bba8d8e0", "9a0fe803", "eebd086b"]','render-6b366e2057c1b409702b',1795727904381);
INSERT INTO "claims" VALUES('ban-tin','9054e32c564aba11','["19ab7ead", "86527b70", "d837c9ba", "2e3a525e", "789f2cdb", "1007b2de", "51683eac"]','render-a046248cab262f0ac70e',1795727904453);
INSERT INTO "claims" VALUES('ban-tin','5cea9da9520501eb','["75b1dd5d", "68c8503d", "85c2e5e0", "02cb537d", "7febe77f", "8e8765be", "0cb0514b", "41eed404", "38623e9a", "3df76f8b", "65509f16"]','render-6b8b7055d395954e9b3a',1795727904536);
INSERT INTO "claims" VALUES('ban-tin','7037d35db55ede19','["59055b16", "e64e5a30", "0d5cebba", "d26824f6", "1dd8e157", "a3e02147", "eb7a6264", "63b20f8c", "ecd76e90", "f5ccf5a0"]','render-1e0ddc349e88a11621f1',1795727906970);
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
	id VARCHAR(300) NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	show VARCHAR(200) NOT NULL, 
	"key" VARCHAR(100) NOT NULL, 
	queue VARCHAR(20) NOT NULL, 
	state VARCHAR(20) NOT NULL, 
	source TEXT NOT NULL, 
	wish TEXT NOT NULL, 
	now VARCHAR(40) NOT NULL, 
	"by" VARCHAR(200) DEFAULT '' NOT NULL, 
	parent VARCHAR(300) DEFAULT '' NOT NULL, 
	place INTEGER DEFAULT '0' NOT NULL, 
	run INTEGER DEFAULT '1' NOT NULL, 
	sent VARCHAR(120) DEFAULT '' NOT NULL, 
	attempts INTEGER DEFAULT '0' NOT NULL, 
	mark BIGINT DEFAULT '0' NOT NULL, 
	reached BIGINT DEFAULT '0' NOT NULL, 
	spot BIGINT DEFAULT '0' NOT NULL, 
	died BIGINT DEFAULT '0' NOT NULL, 
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
INSERT INTO "jobs" VALUES('nightly-ban-tin-2026-11-24','nightly','ban-tin','nightly-5611800dc19f655889a1','nights','running','2026-11-24','{}','2026-11-24T20:00:00+07:00','thử','',0,1,'nights:1',0,0,3,0,0,'waiting',0,3,'','may-cu-4565-c5ebb3',0,0,'{}',1795727897796,1795727903535,0,1795727906613);
INSERT INTO "jobs" VALUES('render-6b366e2057c1b409702b','render','ban-tin','render-6b366e2057c1b409702b','nightly','running','http://127.0.0.1:35763/tin/bai-0.html','{"_identity": "cdce12f1bbf02cc6", "_page": "48d1470adc951dbf16069aeed35f1282fe3f56fe1ddd02e54c8082bd52edb44f", "_title": "Bà con thôn Nậm Lành hoàn thành con đường bê tông ở chân núi Phu Luông"}','2026-11-24T20:00:00+07:00','','nightly-ban-tin-2026-11-24',0,1,'nightly:1',0,0,2000001,2000001,0,'speaking',1,29,'Bà con thôn Nậm Lành hoàn thành con đường bê tông ở chân núi Phu Luông','may-cu-4565-c5ebb3',0,0,'{}',1795727904398,1795727905143,0,1795727905325);
INSERT INTO "jobs" VALUES('render-a046248cab262f0ac70e','render','ban-tin','render-a046248cab262f0ac70e','nightly','running','http://127.0.0.1:35763/tin/bai-1.html','{"_identity": "9054e32c564aba11", "_page": "db245562c13539fd51c917f970300041bc654c1888682d65d0b19a0165105b0e", "_title": "Hội phụ nữ xã hoàn thành con đường bê tông ở chân núi Phu Luông"}','2026-11-24T20:00:00+07:00','','nightly-ban-tin-2026-11-24',1,1,'nightly:1',0,0,2000001,2000001,0,'speaking',1,18,'Hội phụ nữ xã hoàn thành con đường bê tông ở chân núi Phu Luông','may-cu-4565-c5ebb3',0,0,'{}',1795727904478,1795727905090,0,1795727905307);
INSERT INTO "jobs" VALUES('render-6b8b7055d395954e9b3a','render','ban-tin','render-6b8b7055d395954e9b3a','nightly','queued','http://127.0.0.1:35763/tin/bai-2.html','{"_identity": "5cea9da9520501eb", "_page": "25b427ce019d51d30ab78e3b5b97ffbbfa7c5c0d23bda0531e021a6608ddbb09", "_title": "Chị Lò Thị Mai thu hoạch xong vụ lúa mùa ở chân núi Phu Luông"}','2026-11-24T20:00:00+07:00','','nightly-ban-tin-2026-11-24',2,1,'nightly:1',0,0,0,0,0,'',0,0,'Chị Lò Thị Mai thu hoạch xong vụ lúa mùa ở chân núi Phu Luông','',0,0,'{}',1795727904555,0,0,1795727904555);
INSERT INTO "jobs" VALUES('render-1e0ddc349e88a11621f1','render','ban-tin','render-1e0ddc349e88a11621f1','editor','running','bai-70.html','{"_page": "8ab347240252b06530c8c0ea33ae6773492a76e0957206c6bebc20fe9b0c1d40", "page": "8ab347240252b06530c8c0ea33ae6773492a76e0957206c6bebc20fe9b0c1d40"}','2026-11-24T20:00:00+07:00','thử','',0,1,'editor:1',0,0,2000001,2000001,0,'speaking',1,26,'','may-cu-4565-c5ebb3',0,0,'{}',1795727906541,1795727906880,0,1795727907073);
INSERT INTO "jobs" VALUES('render-15537b9353735d59ec7c','render','ban-tin','render-15537b9353735d59ec7c','editor','queued','bai-71.html','{"_page": "e37122ab1b42fe16aa819671f3b2be3eed895eb16a5a8ae582197149377deb0d", "page": "e37122ab1b42fe16aa819671f3b2be3eed895eb16a5a8ae582197149377deb0d"}','2026-11-24T20:00:00+07:00','thử','',0,1,'',0,0,0,0,0,'',0,0,'','',0,0,'{}',1795727909406,0,0,1795727909406);
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
INSERT INTO "workers" VALUES('may-cu-4565-c5ebb3','may-cu/c8e49ba8/4026531836',4565,1795727901359,1795727906887,'alive','0.1.0','');
CREATE INDEX ix_episodes_show_version ON episodes (show, version);
CREATE INDEX ix_jobs_state_queue ON jobs (state, queue);
CREATE INDEX ix_jobs_key_state ON jobs ("key", state);
CREATE INDEX ix_jobs_parent ON jobs (parent);
CREATE INDEX ix_jobs_changed ON jobs (changed);
COMMIT;
