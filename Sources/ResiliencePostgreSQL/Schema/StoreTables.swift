/// The tables of the stores, in the order in which they are made.
///
/// Texts compare by their bytes (`COLLATE "C"`), as in every other store.
enum StoreTables {
  static let all = [Self.versions, Self.queue, Self.counts, Self.others, Self.control]

  private static let versions = """
    CREATE TABLE schema_version (version integer NOT NULL);
    CREATE SEQUENCE queue_sequence;
    CREATE SEQUENCE entry_version;
    CREATE SEQUENCE lease_token;
    CREATE SEQUENCE point_number;
    """

  private static let queue = """
    CREATE TABLE queue_item (
      sequence bigint PRIMARY KEY, id text COLLATE "C" NOT NULL UNIQUE, queue text COLLATE "C" NOT NULL,
      state bigint NOT NULL, due bigint NOT NULL, turn bigint NOT NULL, attempts bigint NOT NULL,
      claims bigint NOT NULL, enqueued bigint NOT NULL, size bigint NOT NULL, ordering_key text COLLATE "C",
      ordering text NOT NULL, idempotency_key text COLLATE "C", owner text, note text, metadata text NOT NULL,
      payload bytea NOT NULL);
    CREATE INDEX queue_item_due ON queue_item (queue, state, due, sequence);
    CREATE INDEX queue_item_list ON queue_item (queue, state, sequence);
    CREATE INDEX queue_item_line ON queue_item (queue, ordering_key, state, turn) WHERE ordering_key IS NOT NULL;
    CREATE UNIQUE INDEX queue_item_once ON queue_item (queue, idempotency_key) WHERE idempotency_key IS NOT NULL;
    CREATE INDEX queue_item_completed ON queue_item (due) WHERE state = 3;
    """

  /// What is waiting and what is claimed counts together (kind 0), so that claims touch no row that others wait for.
  private static let counts = """
    CREATE TABLE queue_count (
      queue text COLLATE "C" NOT NULL, kind bigint NOT NULL, items bigint NOT NULL, bytes bigint NOT NULL,
      PRIMARY KEY (queue, kind)) WITH (fillfactor = 20);
    CREATE FUNCTION queue_kind(state bigint) RETURNS bigint LANGUAGE sql IMMUTABLE
      AS 'SELECT CASE state WHEN 2 THEN 0 ELSE state END';
    CREATE FUNCTION queue_counted() RETURNS trigger LANGUAGE plpgsql AS $body$
    BEGIN
      IF TG_OP <> 'INSERT' THEN
        UPDATE queue_count SET items = items - 1, bytes = bytes - OLD.size
          WHERE queue = OLD.queue AND kind = queue_kind(OLD.state);
      END IF;
      IF TG_OP <> 'DELETE' THEN
        INSERT INTO queue_count AS c VALUES (NEW.queue, queue_kind(NEW.state), 1, NEW.size)
          ON CONFLICT (queue, kind) DO UPDATE SET items = c.items + 1, bytes = c.bytes + NEW.size;
      END IF;
      RETURN NULL;
    END $body$;
    CREATE TRIGGER queue_item_counted AFTER INSERT OR DELETE ON queue_item
      FOR EACH ROW EXECUTE FUNCTION queue_counted();
    CREATE TRIGGER queue_item_moved AFTER UPDATE OF state ON queue_item FOR EACH ROW
      WHEN (queue_kind(OLD.state) <> queue_kind(NEW.state)) EXECUTE FUNCTION queue_counted();
    """

  private static let others = """
    CREATE TABLE key_value (
      key text COLLATE "C" PRIMARY KEY, version bigint NOT NULL, expires bigint, metadata text NOT NULL,
      value bytea NOT NULL);
    CREATE INDEX key_value_expires ON key_value (expires) WHERE expires IS NOT NULL;
    CREATE TABLE lease (
      name text COLLATE "C" PRIMARY KEY, owner text NOT NULL, token bigint NOT NULL, expires bigint NOT NULL);
    CREATE TABLE series_point (
      series text COLLATE "C" NOT NULL, at bigint NOT NULL, number bigint NOT NULL, value bytea NOT NULL,
      PRIMARY KEY (series, at, number));
    """

  private static let control = """
    CREATE TABLE control_override (
      breaker text COLLATE "C" PRIMARY KEY, state text NOT NULL, reason text NOT NULL, actor text NOT NULL,
      since bigint NOT NULL, expires bigint);
    CREATE TABLE control_decision (
      kind text COLLATE "C" NOT NULL, name text COLLATE "C" NOT NULL, body text NOT NULL, PRIMARY KEY (kind, name));
    CREATE TABLE control_audit (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at bigint NOT NULL, actor text NOT NULL,
      action text NOT NULL, subject text NOT NULL, reason text NOT NULL, before text NOT NULL, after text NOT NULL);
    """
}
