BEGIN TRANSACTION;
CREATE TABLE application_versions (
    version_id TEXT NOT NULL PRIMARY KEY,
    version_name TEXT NOT NULL UNIQUE,
    version_timestamp INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000),
    created_at INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000)
, "application_name" TEXT DEFAULT NULL);
INSERT INTO "application_versions" VALUES('3ac3cd8c-212d-42a1-803f-6cb12c93f166','1',1795726219000,1795726219000,'audiopub');
CREATE TABLE dbos_migrations (version INTEGER NOT NULL PRIMARY KEY);
INSERT INTO "dbos_migrations" VALUES(125);
CREATE TABLE notifications (
    message_uuid TEXT NOT NULL DEFAULT (hex(randomblob(16))) PRIMARY KEY,
    destination_uuid TEXT NOT NULL,
    topic TEXT,
    message TEXT NOT NULL,
    created_at_epoch_ms INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000), "serialization" TEXT DEFAULT NULL, "consumed" BOOLEAN NOT NULL DEFAULT FALSE, consumed_by_function_id INTEGER,
    FOREIGN KEY (destination_uuid) REFERENCES workflow_status(workflow_uuid) 
        ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE TABLE "operation_outputs" (
    workflow_uuid TEXT NOT NULL,
    function_id INTEGER NOT NULL,
    function_name TEXT NOT NULL DEFAULT '',
    output TEXT,
    error TEXT,
    child_workflow_id TEXT,
    started_at_epoch_ms INTEGER,
    completed_at_epoch_ms INTEGER,
    serialization TEXT,
    application_name TEXT DEFAULT NULL,
    retention_timestamp INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000),
    PRIMARY KEY (workflow_uuid, function_id)
);
INSERT INTO "operation_outputs" VALUES('nightly-ban-tin-2026-11-24.1',1,'await','gASVDQAAAAAAAAB9lIwEam9ic5RdlHMu',NULL,NULL,1795726221093,1795726221095,'py_pickle','audiopub',1795726221000);
INSERT INTO "operation_outputs" VALUES('nightly-ban-tin-2026-11-24.1',2,'list','gASV1gAAAAAAAAB9lCiMB2VudHJpZXOUXZQofZSMBG5hbWWUjCVodHRwOi8vMTI3LjAuMC4xOjM3NTI1L3Rpbi9iYWktMC5odG1slHN9lGgEjCVodHRwOi8vMTI3LjAuMC4xOjM3NTI1L3Rpbi9iYWktMS5odG1slHN9lGgEjCVodHRwOi8vMTI3LjAuMC4xOjM3NTI1L3Rpbi9iYWktMi5odG1slHNljAhmYWlsdXJlc5RdlIwIY291bnRlcnOUfZQojAhyZXF1ZXN0c5RLAIwJdGhyb3R0bGVklEsAdXUu',NULL,NULL,1795726221097,1795726221652,'py_pickle','audiopub',1795726221000);
INSERT INTO "operation_outputs" VALUES('nightly-ban-tin-2026-11-24.1',3,'look','gASVnwAAAAAAAAB9lCiMB291dGNvbWWUjAZxdWV1ZWSUjANqb2KUjBtyZW5kZXItMjNmODlhMGMxNDU3ZmZmM2Y1NjGUjAV0aXRsZZSMWELDoCBjb24gdGjDtG4gTuG6rW0gTMOgbmggaG/DoG4gdGjDoG5oIGNvbiDEkcaw4budbmcgYsOqIHTDtG5nIOG7nyBjaMOibiBuw7ppIFBodSBMdcO0bmeUdS4=',NULL,NULL,1795726221654,1795726221738,'py_pickle','audiopub',1795726221000);
INSERT INTO "operation_outputs" VALUES('nightly-ban-tin-2026-11-24.1',4,'look','gASVmgAAAAAAAAB9lCiMB291dGNvbWWUjAZxdWV1ZWSUjANqb2KUjBtyZW5kZXItZGEzMWM4Njc4OWE3NWY0MWRiYWKUjAV0aXRsZZSMU0jhu5lpIHBo4bulIG7hu68geMOjIGhvw6BuIHRow6BuaCBjb24gxJHGsOG7nW5nIGLDqiB0w7RuZyDhu58gY2jDom4gbsO6aSBQaHUgTHXDtG5nlHUu',NULL,NULL,1795726221742,1795726221785,'py_pickle','audiopub',1795726221000);
INSERT INTO "operation_outputs" VALUES('nightly-ban-tin-2026-11-24.1',5,'look','gASVlAAAAAAAAAB9lCiMB291dGNvbWWUjAZxdWV1ZWSUjANqb2KUjBtyZW5kZXItYTM5YjNhMTFiMjI2YjM0MDkyNGOUjAV0aXRsZZSMTUNo4buLIEzDsiBUaOG7iyBNYWkgdGh1IGhv4bqhY2ggeG9uZyB24bulIGzDumEgbcO5YSDhu58gY2jDom4gbsO6aSBQaHUgTHXDtG5nlHUu',NULL,NULL,1795726221787,1795726221821,'py_pickle','audiopub',1795726221000);
INSERT INTO "operation_outputs" VALUES('render-da31c86789a75f41dbab.1',1,'take','gASVbQAAAAAAAAB9lCiMBHBhZ2WUjEA5YjI1Njk3YmI4MmJmZTA4MWY3YWU0NDQyN2E3YjNlYmZhZDNiZjdlODA5ZWI3ODVjZjlkZThmOGU3ZDI1NzU2lIwIaWRlbnRpdHmUjBA5MDU0ZTMyYzU2NGFiYTExlHUu',NULL,NULL,1795726222126,1795726222127,'py_pickle','audiopub',1795726222000);
INSERT INTO "operation_outputs" VALUES('render-23f89a0c1457fff3f561.1',1,'take','gASVbQAAAAAAAAB9lCiMBHBhZ2WUjEBmNDRjZGY1MzUwNjcyZWM1MzdkYzI1MGVjNzJjYmQ1MWJlMDgzMzJkYWI4YzFkZjg0OGNmMWUyYjg3ODM0MGQwlIwIaWRlbnRpdHmUjBBjZGNlMTJmMWJiZjAyY2M2lHUu',NULL,NULL,1795726222135,1795726222136,'py_pickle','audiopub',1795726222000);
INSERT INTO "operation_outputs" VALUES('render-f1403c126c369ed5bda3.1',1,'take','gASV2AAAAAAAAAB9lCiMBHBhZ2WUjEA1ODk5YjVmZGRkZDE3Y2MyZDkxYTE2YTcxMWVlMWM3YWJjNmU3MWE1OTAwNjNhYzAzNTNlZjQxNGIyYTRjZTQ3lIwIaWRlbnRpdHmUjBA3MDM3ZDM1ZGI1NWVkZTE5lIwFdGl0bGWUjGBUcuG6oW0geSB04bq/IHjDoyBtYW5nIHPDoWNoIMSR4bq/biDEkWnhu4NtIHRyxrDhu51uZyB4YSBuaOG6pXQgdHLDqm4gY8OhbmggxJHhu5NuZyBNxrDhu51uZyBMw7KUdS4=',NULL,NULL,1795726223812,1795726223880,'py_pickle','audiopub',1795726223000);
CREATE TABLE queues (
    queue_id TEXT PRIMARY KEY DEFAULT (hex(randomblob(16))),
    name TEXT NOT NULL UNIQUE,
    concurrency INTEGER,
    worker_concurrency INTEGER,
    rate_limit_max INTEGER,
    rate_limit_period_sec REAL,
    priority_enabled BOOLEAN NOT NULL DEFAULT FALSE,
    partition_queue BOOLEAN NOT NULL DEFAULT FALSE,
    polling_interval_sec REAL NOT NULL DEFAULT 1.0,
    created_at INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000),
    updated_at INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000)
, "application_name" TEXT DEFAULT NULL, "partition_concurrency" INTEGER DEFAULT NULL, "partition_worker_concurrency" INTEGER DEFAULT NULL, "partition_rate_limit_max" INTEGER DEFAULT NULL, "partition_rate_limit_period_sec" REAL DEFAULT NULL);
INSERT INTO "queues" VALUES('68032F5C96F54F0887189D1F67CBFC04','editor',NULL,1,NULL,NULL,1,0,0.2,1795726219000,1795726219083,'audiopub',NULL,NULL,NULL,NULL);
INSERT INTO "queues" VALUES('651835C2FB7756D31ECF960E9AEF8637','feed',NULL,1,NULL,NULL,1,0,0.5,1795726219000,1795726219091,'audiopub',NULL,NULL,NULL,NULL);
INSERT INTO "queues" VALUES('76D14B1DAE4966314252BA9ABC04DF7C','nightly',NULL,2,NULL,NULL,1,0,0.5,1795726219000,1795726219093,'audiopub',NULL,NULL,NULL,NULL);
INSERT INTO "queues" VALUES('616F8BAE7286AB63FFB4D65C4C121F10','nights',NULL,50,NULL,NULL,1,0,1.0,1795726219000,1795726219096,'audiopub',NULL,NULL,NULL,NULL);
CREATE TABLE streams (
    workflow_uuid TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    "offset" INTEGER NOT NULL, function_id INTEGER NOT NULL DEFAULT 0, "serialization" TEXT DEFAULT NULL,
    PRIMARY KEY (workflow_uuid, key, "offset"),
    FOREIGN KEY (workflow_uuid) REFERENCES workflow_status(workflow_uuid) 
        ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE TABLE workflow_events (
    workflow_uuid TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL, "serialization" TEXT DEFAULT NULL,
    PRIMARY KEY (workflow_uuid, key),
    FOREIGN KEY (workflow_uuid) REFERENCES workflow_status(workflow_uuid) 
        ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE TABLE workflow_events_history (
    workflow_uuid TEXT NOT NULL,
    function_id INTEGER NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL, "serialization" TEXT DEFAULT NULL,
    PRIMARY KEY (workflow_uuid, function_id, key),
    FOREIGN KEY (workflow_uuid) REFERENCES workflow_status(workflow_uuid)
        ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE TABLE workflow_input (
    workflow_uuid TEXT NOT NULL PRIMARY KEY,
    inputs TEXT,
    retention_timestamp INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000)
);
INSERT INTO "workflow_input" VALUES('nightly-ban-tin-2026-11-24.1','gASVOAAAAAAAAAB9lCiMBGFyZ3OUjBxuaWdodGx5LWJhbi10aW4tMjAyNi0xMS0yNC4xlIWUjAZrd2FyZ3OUfZR1Lg==',1795726219000);
INSERT INTO "workflow_input" VALUES('render-23f89a0c1457fff3f561.1','gASVOQAAAAAAAAB9lCiMBGFyZ3OUjB1yZW5kZXItMjNmODlhMGMxNDU3ZmZmM2Y1NjEuMZSFlIwGa3dhcmdzlH2UdS4=',1795726221000);
INSERT INTO "workflow_input" VALUES('render-da31c86789a75f41dbab.1','gASVOQAAAAAAAAB9lCiMBGFyZ3OUjB1yZW5kZXItZGEzMWM4Njc4OWE3NWY0MWRiYWIuMZSFlIwGa3dhcmdzlH2UdS4=',1795726221000);
INSERT INTO "workflow_input" VALUES('render-a39b3a11b226b340924c.1','gASVOQAAAAAAAAB9lCiMBGFyZ3OUjB1yZW5kZXItYTM5YjNhMTFiMjI2YjM0MDkyNGMuMZSFlIwGa3dhcmdzlH2UdS4=',1795726221000);
INSERT INTO "workflow_input" VALUES('render-f1403c126c369ed5bda3.1','gASVOQAAAAAAAAB9lCiMBGFyZ3OUjB1yZW5kZXItZjE0MDNjMTI2YzM2OWVkNWJkYTMuMZSFlIwGa3dhcmdzlH2UdS4=',1795726223000);
CREATE TABLE workflow_output (
    workflow_uuid TEXT NOT NULL PRIMARY KEY,
    output TEXT,
    error TEXT,
    retention_timestamp INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000)
);
CREATE TABLE workflow_schedules (
    schedule_id TEXT PRIMARY KEY,
    schedule_name TEXT NOT NULL UNIQUE,
    workflow_name TEXT NOT NULL,
    workflow_class_name TEXT,
    schedule TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'ACTIVE',
    context TEXT NOT NULL
, "last_fired_at" TEXT DEFAULT NULL, "automatic_backfill" BOOLEAN NOT NULL DEFAULT FALSE, "cron_timezone" TEXT DEFAULT NULL, "queue_name" TEXT DEFAULT NULL, "application_name" TEXT DEFAULT NULL);
CREATE TABLE workflow_status (
    workflow_uuid TEXT PRIMARY KEY,
    status TEXT,
    name TEXT,
    authenticated_user TEXT,
    assumed_role TEXT,
    authenticated_roles TEXT,
    request TEXT,
    output TEXT,
    error TEXT,
    executor_id TEXT,
    created_at INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000),
    updated_at INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000),
    application_version TEXT,
    application_id TEXT,
    class_name TEXT DEFAULT NULL,
    config_name TEXT DEFAULT NULL,
    recovery_attempts INTEGER DEFAULT 0,
    queue_name TEXT,
    workflow_timeout_ms INTEGER,
    workflow_deadline_epoch_ms INTEGER,
    inputs TEXT,
    started_at_epoch_ms INTEGER,
    deduplication_id TEXT,
    priority INTEGER NOT NULL DEFAULT 0
, queue_partition_key TEXT, forked_from TEXT, "owner_xid" TEXT DEFAULT NULL, "parent_workflow_id" TEXT DEFAULT NULL, "serialization" TEXT DEFAULT NULL, "delay_until_epoch_ms" BIGINT DEFAULT NULL, "was_forked_from" BOOLEAN NOT NULL DEFAULT FALSE, "rate_limited" BOOLEAN NOT NULL DEFAULT FALSE, "completed_at" BIGINT, "attributes" TEXT, "schedule_name" TEXT, "debounce_deadline_epoch_ms" BIGINT DEFAULT NULL, "is_debounced" BOOLEAN NOT NULL DEFAULT FALSE, "application_name" TEXT DEFAULT NULL, "creator_xid" TEXT DEFAULT NULL);
INSERT INTO "workflow_status" VALUES('nightly-ban-tin-2026-11-24.1','PENDING','nightly.v1',NULL,NULL,NULL,NULL,NULL,NULL,'may-cu-26819-1b32dd',1795726219000,1795726221000,'1','',NULL,NULL,1,'nights',NULL,NULL,NULL,1795726221000,NULL,0,NULL,NULL,'4ae8cb9f-cb06-4fef-9938-1cb9df35ecca',NULL,'py_pickle',NULL,0,0,NULL,'null',NULL,NULL,0,'audiopub','1a8aa4f8-d42a-4f95-9720-57007083d56e');
INSERT INTO "workflow_status" VALUES('render-23f89a0c1457fff3f561.1','PENDING','render.v1',NULL,NULL,NULL,NULL,NULL,NULL,'may-cu-26819-1b32dd',1795726221000,1795726222000,'1','',NULL,NULL,1,'nightly',NULL,NULL,NULL,1795726222000,NULL,0,NULL,NULL,'fae2fec8-0e77-427d-af55-0f608fc30743',NULL,'py_pickle',NULL,0,0,NULL,'null',NULL,NULL,0,'audiopub','2583f5aa-9263-4f3e-8ec9-994e551f53d7');
INSERT INTO "workflow_status" VALUES('render-da31c86789a75f41dbab.1','PENDING','render.v1',NULL,NULL,NULL,NULL,NULL,NULL,'may-cu-26819-1b32dd',1795726221000,1795726222000,'1','',NULL,NULL,1,'nightly',NULL,NULL,NULL,1795726222000,NULL,0,NULL,NULL,'fae2fec8-0e77-427d-af55-0f608fc30743',NULL,'py_pickle',NULL,0,0,NULL,'null',NULL,NULL,0,'audiopub','74d100df-cc35-4838-8fad-e8fa733f60cf');
INSERT INTO "workflow_status" VALUES('render-a39b3a11b226b340924c.1','ENQUEUED','render.v1',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1795726221000,1795726221000,'1','',NULL,NULL,0,'nightly',NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,'py_pickle',NULL,0,0,NULL,'null',NULL,NULL,0,'audiopub','d19b641b-fcc8-402a-a3a9-fa78f582e66f');
INSERT INTO "workflow_status" VALUES('render-f1403c126c369ed5bda3.1','PENDING','render.v1',NULL,NULL,NULL,NULL,NULL,NULL,'may-cu-26819-1b32dd',1795726223000,1795726223000,'1','',NULL,NULL,1,'editor',NULL,NULL,NULL,1795726223000,NULL,0,NULL,NULL,'5ae6d571-195d-444f-a8db-bb4c07d31932',NULL,'py_pickle',NULL,0,0,NULL,'null',NULL,NULL,0,'audiopub','9f9e630f-ed81-48b8-9943-b97bee71956c');
CREATE INDEX workflow_status_created_at_index ON workflow_status (created_at);
CREATE INDEX idx_workflow_topic ON notifications (destination_uuid, topic);
CREATE INDEX "idx_workflow_status_delayed" ON "workflow_status" ("delay_until_epoch_ms") WHERE status = 'DELAYED';
CREATE INDEX "idx_workflow_status_forked_from" ON "workflow_status" ("forked_from") WHERE "forked_from" IS NOT NULL;
CREATE INDEX "idx_workflow_status_parent_workflow_id" ON "workflow_status" ("parent_workflow_id") WHERE "parent_workflow_id" IS NOT NULL;
CREATE UNIQUE INDEX "uq_workflow_status_dedup_id" ON "workflow_status" ("queue_name", "deduplication_id") WHERE "deduplication_id" IS NOT NULL;
CREATE INDEX "idx_workflow_status_pending" ON "workflow_status" ("created_at") WHERE "status" = 'PENDING';
CREATE INDEX "idx_workflow_status_failed" ON "workflow_status" ("status", "created_at") WHERE "status" IN ('ERROR', 'CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED');
CREATE INDEX "idx_workflow_status_rate_limited" ON "workflow_status" ("queue_name", "started_at_epoch_ms") WHERE "rate_limited" = TRUE;
CREATE INDEX "idx_workflow_status_completed_at" ON "workflow_status" ("completed_at") WHERE "completed_at" IS NOT NULL;
CREATE INDEX "idx_workflow_status_started_at" ON "workflow_status" ("started_at_epoch_ms") WHERE "started_at_epoch_ms" IS NOT NULL;
CREATE INDEX "idx_workflow_status_schedule_name" ON "workflow_status" ("schedule_name") WHERE "schedule_name" IS NOT NULL;
CREATE UNIQUE INDEX "uq_application_versions_owner_version"
    ON application_versions ("application_name", "version_name")
    WHERE "application_name" IS NOT NULL;
CREATE UNIQUE INDEX "uq_application_versions_unclaimed_version"
    ON application_versions ("version_name")
    WHERE "application_name" IS NULL;
CREATE INDEX idx_workflow_input_retention
    ON workflow_input (retention_timestamp);
CREATE INDEX idx_workflow_output_retention
    ON workflow_output (retention_timestamp);
CREATE INDEX idx_operation_outputs_retention
    ON operation_outputs (retention_timestamp);
CREATE INDEX "idx_workflow_status_in_flight_v2" ON "workflow_status" ("queue_name", "status", "priority", "created_at", "application_name") WHERE "status" IN ('ENQUEUED', 'PENDING');
CREATE INDEX "idx_workflow_status_partition_dequeue_v3" ON "workflow_status" ("queue_name", "status", "queue_partition_key", "priority", "created_at", "workflow_uuid", "application_name") WHERE "status" IN ('ENQUEUED', 'PENDING') AND "queue_partition_key" IS NOT NULL;
CREATE INDEX "idx_operation_outputs_completed_at_function_name_v2" ON "operation_outputs" ("completed_at_epoch_ms", "function_name", "application_name");
CREATE INDEX "idx_workflow_status_deadline" ON "workflow_status" ("workflow_deadline_epoch_ms") WHERE "status" IN ('ENQUEUED', 'PENDING', 'DELAYED') AND "workflow_deadline_epoch_ms" IS NOT NULL;
CREATE INDEX "idx_application_versions_timestamp" ON "application_versions" ("version_timestamp" DESC);
CREATE INDEX "idx_application_versions_owner_timestamp" ON "application_versions" ("application_name", "version_timestamp" DESC);
COMMIT;
