/// What the second version of the schema has added: settings, reviews, healing, and where instances meet.
enum ControlDocuments {
  static let all = [Self.tables, Self.documents, Self.ordered, Self.opinions]

  /// What instances think counts for seconds only: nothing of it is written to the server's log, and a crash empties
  /// it.
  private static let tables = """
    CREATE TABLE control_document (
      space text COLLATE "C" NOT NULL, name text COLLATE "C" NOT NULL, state text NOT NULL, place bigint NOT NULL,
      body text NOT NULL, PRIMARY KEY (space, name));
    CREATE INDEX control_document_order ON control_document (space, place DESC, name DESC);
    CREATE SEQUENCE document_place;
    CREATE UNLOGGED TABLE sharing_instance (
      instance text COLLATE "C" PRIMARY KEY, expires bigint NOT NULL, told text NOT NULL) WITH (fillfactor = 20);
    """

  /// Whoever changes documents has taken their lock, so that two instances cannot wait for each other.
  private static let documents = """
    CREATE FUNCTION append_audits(p_audits text, p_limit bigint) RETURNS bigint LANGUAGE plpgsql AS $body$
    DECLARE
      r record;
      number bigint := 0;
    BEGIN
      FOR r IN SELECT * FROM json_to_recordset(p_audits::json) AS a(
        at bigint, actor text, action text, subject text, reason text, before text, after text)
      LOOP
        number := append_audit(r.at, r.actor, r.action, r.subject, r.reason, r.before, r.after, p_limit);
      END LOOP;
      RETURN number;
    END $body$;

    CREATE FUNCTION put_document(p_space text, p_name text, p_state text, p_place bigint, p_body text) RETURNS void
    LANGUAGE sql VOLATILE AS $body$
      INSERT INTO control_document AS d VALUES (
        p_space, p_name, p_state, coalesce(p_place, nextval('document_place')), p_body)
      ON CONFLICT (space, name) DO UPDATE SET state = excluded.state, place = coalesce(p_place, d.place),
        body = excluded.body
    $body$;

    CREATE FUNCTION change_documents(
      p_audits text, p_limit bigint, spaces text[], names text[], bodies text[]) RETURNS bigint
    LANGUAGE plpgsql AS $body$
    BEGIN
      PERFORM lock_name('control', 'documents');
      FOR i IN 1..coalesce(array_length(spaces, 1), 0) LOOP
        IF bodies[i] IS NULL THEN
          DELETE FROM control_document d WHERE d.space = spaces[i] AND d.name = names[i];
        ELSE
          PERFORM put_document(spaces[i], names[i], '', 0, bodies[i]);
        END IF;
      END LOOP;
      RETURN append_audits(p_audits, p_limit);
    END $body$;

    CREATE FUNCTION settle_document(p_space text, p_name text, p_body text) RETURNS text LANGUAGE plpgsql AS $body$
    DECLARE
      found_body text;
    BEGIN
      PERFORM lock_name('control', 'documents');
      SELECT d.body INTO found_body FROM control_document d WHERE d.space = p_space AND d.name = p_name;
      IF FOUND THEN RETURN found_body; END IF;
      PERFORM put_document(p_space, p_name, '', 0, p_body);
      RETURN p_body;
    END $body$;
    """

  /// Documents that have an order (reviews, runs): of those in a final state only the newest stay.
  private static let ordered = """
    CREATE FUNCTION trim_documents(p_space text, p_final text[], p_kept bigint) RETURNS void LANGUAGE sql VOLATILE
    AS $body$
      DELETE FROM control_document d WHERE d.space = p_space AND d.name IN (
        SELECT o.name FROM control_document o WHERE o.space = p_space AND o.state = ANY(p_final)
        ORDER BY o.place DESC, o.name DESC OFFSET p_kept)
    $body$;

    CREATE FUNCTION add_document(
      p_space text, p_name text, p_state text, p_place bigint, p_body text, p_final text[], p_kept bigint,
      p_open bigint) RETURNS boolean LANGUAGE plpgsql AS $body$
    BEGIN
      PERFORM lock_name('control', 'documents');
      IF (SELECT count(*) FROM control_document d WHERE d.space = p_space AND d.state <> ALL(p_final)) >= p_open THEN
        RETURN false;
      END IF;
      PERFORM put_document(p_space, p_name, p_state, p_place, p_body);
      PERFORM trim_documents(p_space, p_final, p_kept);
      RETURN true;
    END $body$;

    CREATE FUNCTION save_document(
      p_audits text, p_limit bigint, p_space text, p_name text, p_state text, p_place bigint, p_body text,
      p_final text[], p_kept bigint) RETURNS bigint LANGUAGE plpgsql AS $body$
    BEGIN
      PERFORM lock_name('control', 'documents');
      PERFORM put_document(p_space, p_name, p_state, p_place, p_body);
      PERFORM trim_documents(p_space, p_final, p_kept);
      RETURN append_audits(p_audits, p_limit);
    END $body$;
    """

  /// Rows: each instance that counts with what it has told, then operators' decisions (without an instance).
  private static let opinions = """
    CREATE FUNCTION exchange_opinions(p_instance text, p_lifetime bigint, p_told text, p_news text)
    RETURNS TABLE (found_instance text, body text) LANGUAGE plpgsql AS $body$
    DECLARE
      instant bigint := store_now();
      known text;
    BEGIN
      DELETE FROM sharing_instance s WHERE s.instance IN (
        SELECT g.instance FROM sharing_instance g WHERE g.expires <= instant FOR UPDATE SKIP LOCKED);
      SELECT s.told INTO known FROM sharing_instance s WHERE s.instance = p_instance;
      INSERT INTO sharing_instance AS s VALUES (p_instance, instant + p_lifetime, p_told)
        ON CONFLICT (instance) DO UPDATE SET expires = excluded.expires, told = excluded.told;
      IF p_told <> coalesce(known, '[]') AND p_told <> '[]' THEN PERFORM tell_queue(p_news); END IF;
      RETURN QUERY SELECT s.instance, s.told FROM sharing_instance s WHERE s.expires > instant;
      RETURN QUERY SELECT NULL::text, row_to_json(o)::text FROM control_override o;
    END $body$;
    """
}
