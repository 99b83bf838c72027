/// The queue's steps as functions on the server: one round trip each, and nobody sees them half done.
///
/// Of the items with the same ordering key at most one is the holder: waiting, claimed, or a dead letter that holds up
/// its key. All others are blocked, and the first of them by its turn is let go when the holder is gone; so a claim
/// never looks at what it may not take, and `SKIP LOCKED` cannot disturb the order. Whoever changes who the holder is,
/// or how much a queue holds, has taken the queue's lock (`lock_queues`); a claim needs none.
enum QueueFunctions {
  static let all = [Self.helpers, Self.enqueueStep, Self.enqueue, Self.claim, Self.settleStep, Self.settle]

  private static let helpers = """
    CREATE FUNCTION store_now() RETURNS bigint LANGUAGE sql VOLATILE
      AS 'SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint';

    -- The locks of the queues with these names, and of those that hold these items; always in the same order.
    CREATE FUNCTION lock_queues(names text[], ids text[]) RETURNS bigint LANGUAGE plpgsql AS $body$
    DECLARE
      found_name text;
      number bigint := 0;
    BEGIN
      FOR found_name IN
        SELECT DISTINCT s.name COLLATE "C" FROM (
          SELECT unnest(names) AS name UNION ALL SELECT q.queue FROM queue_item q WHERE q.id = ANY(ids)) s
        ORDER BY 1
      LOOP
        PERFORM pg_advisory_xact_lock(hashtextextended(current_schema() || '/' || found_name, 7));
        number := number + 1;
      END LOOP;
      RETURN number;
    END $body$;

    CREATE FUNCTION tell_queue(p_queue text) RETURNS void LANGUAGE sql VOLATILE
      AS $body$ SELECT pg_notify('resilience_' || md5(current_schema()), p_queue) $body$;

    CREATE FUNCTION is_held(p_queue text, p_key text) RETURNS boolean LANGUAGE sql VOLATILE AS $body$
      SELECT EXISTS (SELECT 1 FROM queue_item q WHERE q.queue = p_queue AND q.ordering_key = p_key
        AND (q.state IN (0, 2) OR (q.state = 4 AND q.ordering = 'untilResolved')))
    $body$;

    CREATE FUNCTION promote(p_queue text, p_key text) RETURNS void LANGUAGE plpgsql AS $body$
    BEGIN
      IF p_key IS NULL OR is_held(p_queue, p_key) THEN RETURN; END IF;
      UPDATE queue_item SET state = 0 WHERE sequence = (
        SELECT q.sequence FROM queue_item q WHERE q.queue = p_queue AND q.ordering_key = p_key AND q.state = 1
        ORDER BY q.turn LIMIT 1);
    END $body$;
    """

  /// Outcomes: `new` (position, sequence), `known` (the item as it is), `full` (pending, dead, bytes).
  private static let enqueueStep = """
    CREATE FUNCTION enqueue_step(
      p_id text, p_queue text, p_payload bytea, p_metadata text, p_key text, p_ordering text, p_once text,
      p_delay bigint, p_dead text, p_size bigint, p_max_items bigint, p_max_bytes bigint)
    RETURNS TABLE (outcome text, number1 bigint, number2 bigint, number3 bigint, item queue_item)
    LANGUAGE plpgsql AS $body$
    DECLARE
      instant bigint := store_now();
      r queue_item;
    BEGIN
      LOOP
        SELECT q.* INTO r FROM queue_item q WHERE q.id = p_id;
        IF NOT FOUND AND p_once IS NOT NULL THEN
          SELECT q.* INTO r FROM queue_item q WHERE q.queue = p_queue AND q.idempotency_key = p_once;
        END IF;
        EXIT WHEN NOT FOUND;
        IF r.state <> 3 OR r.due > instant THEN
          outcome := 'known'; item := r;
          RETURN NEXT;
          RETURN;
        END IF;
        DELETE FROM queue_item WHERE sequence = r.sequence;
      END LOOP;
      SELECT coalesce(sum(c.items) FILTER (WHERE c.kind IN (0, 1)), 0),
        coalesce(sum(c.items) FILTER (WHERE c.kind = 4), 0), coalesce(sum(c.bytes), 0)
        INTO number1, number2, number3 FROM queue_count c WHERE c.queue = p_queue;
      IF number1 + number2 + 1 > p_max_items OR number3 + p_size > p_max_bytes THEN
        outcome := 'full';
        RETURN NEXT;
        RETURN;
      END IF;
      r.sequence := nextval('queue_sequence');
      r.id := p_id;
      r.queue := p_queue;
      r.state := CASE WHEN p_dead IS NOT NULL THEN 4
        WHEN p_key IS NOT NULL AND is_held(p_queue, p_key) THEN 1 ELSE 0 END;
      r.due := instant + p_delay;
      r.turn := r.sequence * 1048576;
      r.attempts := 0;
      r.claims := 0;
      r.enqueued := instant;
      r.size := p_size;
      r.ordering_key := p_key;
      r.ordering := p_ordering;
      r.idempotency_key := p_once;
      r.owner := NULL;
      r.note := p_dead;
      r.metadata := p_metadata;
      r.payload := p_payload;
      INSERT INTO queue_item VALUES (r.*);
      IF r.state = 0 THEN PERFORM tell_queue(p_queue); END IF;
      r.payload := '';
      r.metadata := '{}';
      outcome := 'new'; number1 := number1 + 1; item := r;
      RETURN NEXT;
    END $body$;
    """

  /// All of them or none: of a batch that does not fit the last row says `full`, and nothing was enqueued.
  private static let enqueue = """
    CREATE FUNCTION enqueue(
      ids text[], queues text[], payloads bytea[], metadatas text[], keys text[], orderings text[], onces text[],
      delays bigint[], deads text[], sizes bigint[], max_items bigint, max_bytes bigint)
    RETURNS TABLE (outcome text, number1 bigint, number2 bigint, number3 bigint, item queue_item)
    LANGUAGE plpgsql AS $body$
    DECLARE
      r record;
    BEGIN
      IF array_length(ids, 1) = 1 THEN
        RETURN QUERY SELECT s.* FROM enqueue_step(
          ids[1], queues[1], payloads[1], metadatas[1], keys[1], orderings[1], onces[1], delays[1], deads[1], sizes[1],
          max_items, max_bytes) s;
        RETURN;
      END IF;
      BEGIN
        FOR i IN 1..array_length(ids, 1) LOOP
          SELECT s.* INTO r FROM enqueue_step(
            ids[i], queues[i], payloads[i], metadatas[i], keys[i], orderings[i], onces[i], delays[i], deads[i],
            sizes[i], max_items, max_bytes) s;
          outcome := r.outcome; number1 := r.number1; number2 := r.number2; number3 := r.number3; item := r.item;
          RETURN NEXT;
          IF r.outcome = 'full' THEN RAISE EXCEPTION USING ERRCODE = 'RSFUL'; END IF;
        END LOOP;
      EXCEPTION WHEN SQLSTATE 'RSFUL' THEN
        NULL;  -- takes back what this batch has enqueued; the rows returned so far stay
      END;
    END $body$;
    """

  private static let claim = """
    CREATE FUNCTION claim(p_queue text, p_limit bigint, p_lease bigint, p_owner text, p_note text)
    RETURNS SETOF queue_item LANGUAGE plpgsql AS $body$
    DECLARE
      instant bigint := store_now();
      r queue_item;
    BEGIN
      UPDATE queue_item SET state = 0, note = p_note WHERE sequence IN (
        SELECT q.sequence FROM queue_item q WHERE q.queue = p_queue AND q.state = 2 AND q.due <= instant
        ORDER BY q.due LIMIT 1000 FOR UPDATE SKIP LOCKED);
      FOR r IN
        SELECT q.* FROM queue_item q WHERE q.queue = p_queue AND q.state = 0 AND q.due <= instant
        ORDER BY q.due, q.sequence LIMIT p_limit FOR UPDATE SKIP LOCKED
      LOOP
        r.state := 2;
        r.due := instant + p_lease;
        r.attempts := r.attempts + 1;
        r.claims := r.claims + 1;
        UPDATE queue_item SET state = 2, due = r.due, attempts = r.attempts, claims = r.claims, owner = p_owner
          WHERE sequence = r.sequence;
        RETURN NEXT r;
      END LOOP;
    END $body$;
    """

  /// Kinds: 0 completed, 1 retry, 2 release, 3 dead.
  private static let settleStep = """
    CREATE FUNCTION settle_step(p_id text, p_token bigint, p_kind bigint, p_delay bigint, p_note text)
    RETURNS boolean LANGUAGE plpgsql AS $body$
    DECLARE
      instant bigint := store_now();
      r queue_item;
    BEGIN
      SELECT q.* INTO r FROM queue_item q WHERE q.id = p_id FOR UPDATE;
      IF NOT FOUND OR r.claims <> p_token THEN RETURN false; END IF;
      IF r.state = 3 THEN RETURN p_kind = 0; END IF;
      IF r.state = 4 THEN RETURN p_kind = 3; END IF;
      IF r.state = 1 THEN RETURN false; END IF;
      IF p_kind = 0 AND p_delay = 0 THEN
        DELETE FROM queue_item WHERE sequence = r.sequence;
      ELSIF p_kind = 0 THEN
        UPDATE queue_item SET state = 3, due = instant + p_delay, note = p_note, payload = '', size = 0, owner = NULL
          WHERE sequence = r.sequence;
      ELSIF p_kind = 1 AND r.ordering = 'whileRunning' AND r.ordering_key IS NOT NULL THEN
        UPDATE queue_item SET state = 1, due = instant + p_delay, note = p_note, owner = NULL,
          turn = greatest(r.turn, coalesce((SELECT max(b.turn) FROM queue_item b
            WHERE b.queue = r.queue AND b.ordering_key = r.ordering_key AND b.state = 1), 0)) + 1
          WHERE sequence = r.sequence;
      ELSIF p_kind = 1 THEN
        UPDATE queue_item SET state = 0, due = instant + p_delay, note = p_note, owner = NULL
          WHERE sequence = r.sequence;
      ELSIF p_kind = 2 THEN
        UPDATE queue_item SET state = 0, due = instant + p_delay, attempts = greatest(0, r.attempts - 1), owner = NULL
          WHERE sequence = r.sequence;
      ELSE
        UPDATE queue_item SET state = 4, due = instant, note = p_note, owner = NULL WHERE sequence = r.sequence;
      END IF;
      PERFORM promote(r.queue, r.ordering_key);
      RETURN true;
    END $body$;
    """

  private static let settle = """
    CREATE FUNCTION settle(ids text[], tokens bigint[], kinds bigint[], delays bigint[], notes text[])
    RETURNS SETOF boolean LANGUAGE plpgsql AS $body$
    BEGIN
      FOR i IN 1..array_length(ids, 1) LOOP
        RETURN NEXT settle_step(ids[i], tokens[i], kinds[i], delays[i], notes[i]);
      END LOOP;
    END $body$;
    """
}
