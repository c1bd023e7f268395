import type { Migration } from '../migrate.ts'

/**
 * The whole schema. Times are integer milliseconds since 1970. Segments live in tables of their own, one a day
 * (`segment-tables.ts`); blobs are never kept WITHOUT ROWID, whose overflow pages cost three times the room.
 */
export const first: Migration = {
  name: '0001-first',
  sql: `
    create table worker (
      worker_id text primary key,
      expires_at integer not null
    ) without rowid;

    create table shard (
      shard_id integer primary key,
      owner text,
      epoch integer not null default 0,
      tick integer not null default -1,
      last_tick_at integer
    );

    -- A target's history hangs on its number, so a renaming is one changed row (M9).
    create table target (
      target_no integer primary key,
      id text not null unique,
      shard_id integer not null references shard,
      spec text not null,
      removed_at integer
    );
    create index target_shard on target (shard_id) where removed_at is null;

    create table series (
      series_id integer primary key,
      target_no integer not null references target,
      component text not null,
      unique (target_no, component)
    );

    create table series_state (
      series_id integer primary key references series,
      state text not null,
      facts text not null
    );

    create table state_interval (
      series_id integer not null references series,
      seq integer not null,
      status text not null,
      from_ts integer not null,
      to_ts integer,
      code text,
      reason text not null,
      primary key (series_id, seq)
    ) without rowid;
    create unique index state_interval_open on state_interval (series_id) where to_ts is null;
    create index state_interval_from on state_interval (series_id, from_ts);
    create index state_interval_to on state_interval (to_ts) where to_ts is not null;

    create table incident (
      incident_id text primary key,
      target_no integer not null references target,
      severity text not null,
      opened_at integer not null,
      closed_at integer,
      component text,
      code text,
      cause text not null
    );
    -- The database itself refuses a second open incident.
    create unique index incident_open on incident (target_no) where closed_at is null;
    create index incident_opened on incident (opened_at);
    create index incident_open_opened on incident (opened_at) where closed_at is null;
    create index incident_target on incident (target_no, opened_at);
    create index incident_closed on incident (closed_at) where closed_at is not null;

    create table incident_event (
      incident_id text not null references incident on delete cascade,
      n integer not null,
      at integer not null,
      kind text not null,
      text text not null,
      primary key (incident_id, n)
    ) without rowid;

    -- The outbox. A digest takes the place of the first of its parts, so place and number are two things.
    create table notification (
      notification_no integer primary key,
      place integer not null,
      key text not null unique,
      incident_id text not null,
      n integer not null,
      channel text not null,
      kind text not null,
      message text not null,
      status text not null default 'pending',
      tries integer not null default 0,
      next_at integer not null,
      lock_by text,
      lock_until integer not null default 0,
      ambiguous integer not null default 0,
      created_at integer not null,
      delivered_at integer,
      folded_into text
    );
    create index notification_pending on notification (channel, place, lock_until) where status = 'pending';
    create index notification_incident on notification (incident_id);
    create index notification_created on notification (created_at);
    create index notification_channel on notification (channel, created_at);
    create index notification_status on notification (status, created_at);
    create index notification_folded on notification (folded_into) where folded_into is not null;

    create table attempt (
      notification_no integer not null references notification on delete cascade,
      n integer not null,
      at integer not null,
      outcome text not null,
      detail text not null,
      took_ms real not null,
      primary key (notification_no, n)
    ) without rowid;

    -- Ordered by hour, so that closing an hour appends and never touches a page per series.
    create table rollup_hour (
      hour integer not null,
      series_id integer not null references series,
      up integer not null,
      failed integer not null,
      unknown integer not null,
      sketch blob not null,
      primary key (hour, series_id)
    ) without rowid;

    create table access_key (
      id text primary key,
      name text not null,
      digest text not null unique,
      scope text not null,
      created_at integer not null
    ) without rowid;

    create table session (
      digest text primary key,
      scope text not null,
      created_at integer not null,
      expires_at integer not null
    ) without rowid;
  `,
}
