/// What the third version of the schema has added: who holds an ordering key is found without reading its other items.
enum HolderIndex {
  /// The condition is written as `is_held` writes it: only so the server uses the index for it.
  static let all = [
    """
    CREATE INDEX queue_item_holder ON queue_item (queue, ordering_key) WHERE ordering_key IS NOT NULL
      AND (state IN (0, 2) OR (state = 4 AND ordering = 'untilResolved'));
    """
  ]
}
