/// What operators do to queues, and the steps of the other stores, as functions on the server.
enum OtherFunctions {
  static let all = [Self.operators, Self.purgeAll, Self.keyValue, Self.leases]

  /// Outcomes: `done`, `none` (there is no such item), `refused` (its state does not allow it).
  private static let operators = """
    CREATE FUNCTION known_item(p_id text) RETURNS SETOF queue_item LANGUAGE sql VOLATILE AS $body$
      SELECT q.* FROM queue_item q WHERE q.id = p_id AND (q.state <> 3 OR q.due > store_now()) FOR UPDATE
    $body$;

    CREATE FUNCTION replay(p_id text) RETURNS TABLE (outcome text, item queue_item) LANGUAGE plpgsql AS $body$
    DECLARE
      instant bigint := store_now();
      r queue_item;
    BEGIN
      SELECT k.* INTO r FROM known_item(p_id) k;
      IF NOT FOUND THEN outcome := 'none'; RETURN NEXT; RETURN; END IF;
      IF r.state <> 4 THEN outcome := 'refused'; item := r; RETURN NEXT; RETURN; END IF;
      -- A dead letter that holds up its key is itself the holder.
      IF r.ordering_key IS NOT NULL AND r.ordering <> 'untilResolved' AND is_held(r.queue, r.ordering_key) THEN
        r.state := 1;
      ELSE
        r.state := 0;
      END IF;
      r.due := instant; r.attempts := 0; r.claims := r.claims + 1;
      UPDATE queue_item SET state = r.state, due = r.due, attempts = 0, claims = r.claims WHERE sequence = r.sequence;
      IF r.state = 0 THEN PERFORM tell_queue(r.queue); END IF;
      outcome := 'done'; item := r;
      RETURN NEXT;
    END $body$;

    CREATE FUNCTION purge(p_id text) RETURNS TABLE (outcome text, item queue_item) LANGUAGE plpgsql AS $body$
    DECLARE
      instant bigint := store_now();
      r queue_item;
    BEGIN
      SELECT k.* INTO r FROM known_item(p_id) k;
      IF NOT FOUND THEN outcome := 'none'; RETURN NEXT; RETURN; END IF;
      item := r;
      IF r.state = 2 AND r.due > instant THEN outcome := 'refused'; RETURN NEXT; RETURN; END IF;
      DELETE FROM queue_item WHERE sequence = r.sequence;
      PERFORM promote(r.queue, r.ordering_key);
      outcome := 'done';
      RETURN NEXT;
    END $body$;
    """

  private static let purgeAll = """
    CREATE FUNCTION purge_all(p_queue text, p_state bigint, p_limit bigint) RETURNS bigint LANGUAGE plpgsql AS $body$
    DECLARE
      r queue_item;
      number bigint := 0;
    BEGIN
      FOR r IN
        SELECT q.* FROM queue_item q WHERE q.queue = p_queue AND q.state = p_state ORDER BY q.sequence LIMIT p_limit
        FOR UPDATE
      LOOP
        DELETE FROM queue_item WHERE sequence = r.sequence;
        PERFORM promote(r.queue, r.ordering_key);
        number := number + 1;
      END LOOP;
      RETURN number;
    END $body$;
    """

  /// Locks an entry, looks for it, and says whether a condition holds.
  private static let judgement = """
    PERFORM lock_name('entry', p_key);
      instant := store_now();
      SELECT k.version INTO found_version FROM key_value k
        WHERE k.key = p_key AND (k.expires IS NULL OR k.expires > instant);
      outcome := CASE WHEN p_condition = 0 OR (p_condition = 1 AND found_version IS NULL)
        OR (p_condition = 2 AND found_version = p_version) THEN 'done' ELSE 'conflict' END;
    """

  /// Conditions: 0 always, 1 absent, 2 of a version.
  ///
  /// Outcomes: `done`, `conflict`, each with the version found.
  private static let keyValue = """
    CREATE FUNCTION lock_name(kind text, name text) RETURNS void LANGUAGE sql VOLATILE
      AS $body$
        SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || '/' || kind || '/' || name, 11))
      $body$;

    CREATE FUNCTION write_entry(
      p_key text, p_value bytea, p_metadata text, p_condition bigint, p_version bigint, p_lifetime bigint)
    RETURNS TABLE (outcome text, found_version bigint) LANGUAGE plpgsql AS $body$
    DECLARE
      instant bigint;
    BEGIN
      \(Self.judgement)
      IF outcome = 'done' THEN
        -- Taken under the key's lock, so that the last write has the highest.
        found_version := nextval('entry_version');
        INSERT INTO key_value VALUES (p_key, found_version, instant + p_lifetime, p_metadata, p_value)
          ON CONFLICT (key) DO UPDATE SET version = excluded.version, expires = excluded.expires,
            metadata = excluded.metadata, value = excluded.value;
      END IF;
      RETURN NEXT;
    END $body$;

    CREATE FUNCTION remove_entry(p_key text, p_condition bigint, p_version bigint)
    RETURNS TABLE (outcome text, found_version bigint) LANGUAGE plpgsql AS $body$
    DECLARE
      instant bigint;
    BEGIN
      \(Self.judgement)
      IF outcome = 'done' THEN DELETE FROM key_value WHERE key = p_key; END IF;
      RETURN NEXT;
    END $body$;
    """

  private static let leases = """
    CREATE FUNCTION acquire_lease(p_name text, p_owner text, p_length bigint) RETURNS SETOF lease
    LANGUAGE plpgsql AS $body$
    DECLARE
      instant bigint;
    BEGIN
      PERFORM lock_name('lease', p_name);
      instant := store_now();
      IF EXISTS (SELECT 1 FROM lease l WHERE l.name = p_name AND l.expires > instant) THEN RETURN; END IF;
      RETURN QUERY INSERT INTO lease AS l VALUES (p_name, p_owner, nextval('lease_token'), instant + p_length)
        ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, token = excluded.token, expires = excluded.expires
        RETURNING l.*;
    END $body$;

    CREATE FUNCTION release_lease(p_name text, p_token bigint) RETURNS boolean LANGUAGE plpgsql AS $body$
    DECLARE
      held boolean;
    BEGIN
      PERFORM lock_name('lease', p_name);
      DELETE FROM lease l WHERE l.name = p_name AND l.token = p_token RETURNING l.expires > store_now() INTO held;
      RETURN coalesce(held, false);
    END $body$;

    CREATE FUNCTION append_audit(
      p_at bigint, p_actor text, p_action text, p_subject text, p_reason text, p_before text, p_after text,
      p_limit bigint) RETURNS bigint LANGUAGE plpgsql AS $body$
    DECLARE
      number bigint;
    BEGIN
      INSERT INTO control_audit (at, actor, action, subject, reason, before, after)
        VALUES (p_at, p_actor, p_action, p_subject, p_reason, p_before, p_after) RETURNING id INTO number;
      DELETE FROM control_audit WHERE id <= number - p_limit;
      RETURN number;
    END $body$;
    """
}
