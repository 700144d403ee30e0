BEGIN TRANSACTION;
CREATE TABLE application_versions (
    version_id TEXT NOT NULL PRIMARY KEY,
    version_name TEXT NOT NULL UNIQUE,
    version_timestamp INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000),
    created_at INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000)
, "application_name" TEXT DEFAULT NULL);
INSERT INTO "application_versions" VALUES('c7de8676-080d-43c1-98e6-c82df1d36512','1',1795727901000,1795727901000,'audiopub');
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
INSERT INTO "operation_outputs" VALUES('nightly-ban-tin-2026-11-24.1',1,'await','gASVDQAAAAAAAAB9lIwEam9ic5RdlHMu',NULL,NULL,1795727903537,1795727903540,'py_pickle','audiopub',1795727903000);
INSERT INTO "operation_outputs" VALUES('nightly-ban-tin-2026-11-24.1',2,'list','gASV1gAAAAAAAAB9lCiMB2VudHJpZXOUXZQofZSMBG5hbWWUjCVodHRwOi8vMTI3LjAuMC4xOjM1NzYzL3Rpbi9iYWktMC5odG1slHN9lGgEjCVodHRwOi8vMTI3LjAuMC4xOjM1NzYzL3Rpbi9iYWktMS5odG1slHN9lGgEjCVodHRwOi8vMTI3LjAuMC4xOjM1NzYzL3Rpbi9iYWktMi5odG1slHNljAhmYWlsdXJlc5RdlIwIY291bnRlcnOUfZQojAhyZXF1ZXN0c5RLAIwJdGhyb3R0bGVklEsAdXUu',NULL,NULL,1795727903546,1795727904272,'py_pickle','audiopub',1795727904000);
INSERT INTO "operation_outputs" VALUES('nightly-ban-tin-2026-11-24.1',3,'look','gASVnwAAAAAAAAB9lCiMB291dGNvbWWUjAZxdWV1ZWSUjANqb2KUjBtyZW5kZXItNmIzNjZlMjA1N2MxYjQwOTcwMmKUjAV0aXRsZZSMWELDoCBjb24gdGjDtG4gTuG6rW0gTMOgbmggaG/DoG4gdGjDoG5oIGNvbiDEkcaw4budbmcgYsOqIHTDtG5nIOG7nyBjaMOibiBuw7ppIFBodSBMdcO0bmeUdS4=',NULL,NULL,1795727904274,1795727904403,'py_pickle','audiopub',1795727904000);
INSERT INTO "operation_outputs" VALUES('nightly-ban-tin-2026-11-24.1',4,'look','gASVmgAAAAAAAAB9lCiMB291dGNvbWWUjAZxdWV1ZWSUjANqb2KUjBtyZW5kZXItYTA0NjI0OGNhYjI2MmYwYWM3MGWUjAV0aXRsZZSMU0jhu5lpIHBo4bulIG7hu68geMOjIGhvw6BuIHRow6BuaCBjb24gxJHGsOG7nW5nIGLDqiB0w7RuZyDhu58gY2jDom4gbsO6aSBQaHUgTHXDtG5nlHUu',NULL,NULL,1795727904411,1795727904490,'py_pickle','audiopub',1795727904000);
INSERT INTO "operation_outputs" VALUES('nightly-ban-tin-2026-11-24.1',5,'look','gASVlAAAAAAAAAB9lCiMB291dGNvbWWUjAZxdWV1ZWSUjANqb2KUjBtyZW5kZXItNmI4YjcwNTVkMzk1OTU0ZTliM2GUjAV0aXRsZZSMTUNo4buLIEzDsiBUaOG7iyBNYWkgdGh1IGhv4bqhY2ggeG9uZyB24bulIGzDumEgbcO5YSDhu58gY2jDom4gbsO6aSBQaHUgTHXDtG5nlHUu',NULL,NULL,1795727904492,1795727904560,'py_pickle','audiopub',1795727904000);
INSERT INTO "operation_outputs" VALUES('render-a046248cab262f0ac70e.1',1,'take','gASVbQAAAAAAAAB9lCiMBHBhZ2WUjEBkYjI0NTU2MmMxMzUzOWZkNTFjOTE3Zjk3MDMwMDA0MWJjNjU0YzE4ODg2ODJkNjVkMGIxOWEwMTY1MTA1YjBllIwIaWRlbnRpdHmUjBA5MDU0ZTMyYzU2NGFiYTExlHUu',NULL,NULL,1795727905118,1795727905119,'py_pickle','audiopub',1795727905000);
INSERT INTO "operation_outputs" VALUES('render-6b366e2057c1b409702b.1',1,'take','gASVbQAAAAAAAAB9lCiMBHBhZ2WUjEA0OGQxNDcwYWRjOTUxZGJmMTYwNjlhZWVkMzVmMTI4MmZlM2Y1NmZlMWRkZDAyZTU0YzgwODJiZDUyZWRiNDRmlIwIaWRlbnRpdHmUjBBjZGNlMTJmMWJiZjAyY2M2lHUu',NULL,NULL,1795727905153,1795727905154,'py_pickle','audiopub',1795727905000);
INSERT INTO "operation_outputs" VALUES('render-1e0ddc349e88a11621f1.1',1,'take','gASV2AAAAAAAAAB9lCiMBHBhZ2WUjEA4YWIzNDcyNDAyNTJiMDY1MzBjOGMwZWEzM2FlNjc3MzQ5MmE3NmUwOTU3MjA2YzZiZWJjMjBmZTliMGMxZDQwlIwIaWRlbnRpdHmUjBA3MDM3ZDM1ZGI1NWVkZTE5lIwFdGl0bGWUjGBUcuG6oW0geSB04bq/IHjDoyBtYW5nIHPDoWNoIMSR4bq/biDEkWnhu4NtIHRyxrDhu51uZyB4YSBuaOG6pXQgdHLDqm4gY8OhbmggxJHhu5NuZyBNxrDhu51uZyBMw7KUdS4=',NULL,NULL,1795727906887,1795727906973,'py_pickle','audiopub',1795727906000);
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
INSERT INTO "queues" VALUES('5495E507E4FF2DEE5827F96967961376','editor',NULL,3,NULL,NULL,1,0,0.2,1795727901000,1795727901479,'audiopub',NULL,NULL,NULL,NULL);
INSERT INTO "queues" VALUES('B37CDAC40BD4950E73EC40ED31CA9F27','feed',NULL,1,NULL,NULL,1,0,0.5,1795727901000,1795727901499,'audiopub',NULL,NULL,NULL,NULL);
INSERT INTO "queues" VALUES('B928120FCE84C025B3285E8A2F66508B','nightly',NULL,2,NULL,NULL,1,0,0.5,1795727901000,1795727901508,'audiopub',NULL,NULL,NULL,NULL);
INSERT INTO "queues" VALUES('4A57F2BA63B2514BD80CA067DBF5D1AE','nights',NULL,50,NULL,NULL,1,0,1.0,1795727901000,1795727901513,'audiopub',NULL,NULL,NULL,NULL);
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
INSERT INTO "workflow_input" VALUES('nightly-ban-tin-2026-11-24.1','gASVOAAAAAAAAAB9lCiMBGFyZ3OUjBxuaWdodGx5LWJhbi10aW4tMjAyNi0xMS0yNC4xlIWUjAZrd2FyZ3OUfZR1Lg==',1795727901000);
INSERT INTO "workflow_input" VALUES('render-6b366e2057c1b409702b.1','gASVOQAAAAAAAAB9lCiMBGFyZ3OUjB1yZW5kZXItNmIzNjZlMjA1N2MxYjQwOTcwMmIuMZSFlIwGa3dhcmdzlH2UdS4=',1795727904000);
INSERT INTO "workflow_input" VALUES('render-a046248cab262f0ac70e.1','gASVOQAAAAAAAAB9lCiMBGFyZ3OUjB1yZW5kZXItYTA0NjI0OGNhYjI2MmYwYWM3MGUuMZSFlIwGa3dhcmdzlH2UdS4=',1795727904000);
INSERT INTO "workflow_input" VALUES('render-6b8b7055d395954e9b3a.1','gASVOQAAAAAAAAB9lCiMBGFyZ3OUjB1yZW5kZXItNmI4YjcwNTVkMzk1OTU0ZTliM2EuMZSFlIwGa3dhcmdzlH2UdS4=',1795727904000);
INSERT INTO "workflow_input" VALUES('render-1e0ddc349e88a11621f1.1','gASVOQAAAAAAAAB9lCiMBGFyZ3OUjB1yZW5kZXItMWUwZGRjMzQ5ZTg4YTExNjIxZjEuMZSFlIwGa3dhcmdzlH2UdS4=',1795727906000);
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
INSERT INTO "workflow_status" VALUES('nightly-ban-tin-2026-11-24.1','PENDING','nightly.v1',NULL,NULL,NULL,NULL,NULL,NULL,'may-cu-4565-c5ebb3',1795727901000,1795727903000,'1','',NULL,NULL,1,'nights',NULL,NULL,NULL,1795727903000,NULL,0,NULL,NULL,'36e7e4a0-df77-442a-914b-f8cc2beccfb3',NULL,'py_pickle',NULL,0,0,NULL,'null',NULL,NULL,0,'audiopub','d9d77329-1b4b-43cb-9c3f-9fa27ea9dba3');
INSERT INTO "workflow_status" VALUES('render-6b366e2057c1b409702b.1','PENDING','render.v1',NULL,NULL,NULL,NULL,NULL,NULL,'may-cu-4565-c5ebb3',1795727904000,1795727905000,'1','',NULL,NULL,1,'nightly',NULL,NULL,NULL,1795727905000,NULL,0,NULL,NULL,'fc2d74bf-aa3a-49ea-b663-72ab4d0adf4e',NULL,'py_pickle',NULL,0,0,NULL,'null',NULL,NULL,0,'audiopub','daaed676-8f11-4799-9a01-155bee4ddf15');
INSERT INTO "workflow_status" VALUES('render-a046248cab262f0ac70e.1','PENDING','render.v1',NULL,NULL,NULL,NULL,NULL,NULL,'may-cu-4565-c5ebb3',1795727904000,1795727905000,'1','',NULL,NULL,1,'nightly',NULL,NULL,NULL,1795727905000,NULL,0,NULL,NULL,'fc2d74bf-aa3a-49ea-b663-72ab4d0adf4e',NULL,'py_pickle',NULL,0,0,NULL,'null',NULL,NULL,0,'audiopub','5fbfefff-64d9-45ca-99bb-f1b43eb9b802');
INSERT INTO "workflow_status" VALUES('render-6b8b7055d395954e9b3a.1','ENQUEUED','render.v1',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1795727904000,1795727904000,'1','',NULL,NULL,0,'nightly',NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,'py_pickle',NULL,0,0,NULL,'null',NULL,NULL,0,'audiopub','473a7814-cc8f-4dc4-bbc2-4eb331a41a96');
INSERT INTO "workflow_status" VALUES('render-1e0ddc349e88a11621f1.1','PENDING','render.v1',NULL,NULL,NULL,NULL,NULL,NULL,'may-cu-4565-c5ebb3',1795727906000,1795727906000,'1','',NULL,NULL,1,'editor',NULL,NULL,NULL,1795727906000,NULL,0,NULL,NULL,'b1f1e0ec-53e3-4578-bd40-957ddc214b42',NULL,'py_pickle',NULL,0,0,NULL,'null',NULL,NULL,0,'audiopub','ec2704c0-b549-4fa5-8781-cca64ae35e60');
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
