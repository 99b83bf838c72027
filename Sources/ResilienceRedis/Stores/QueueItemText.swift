internal import ResilienceInterfaces

/// How items, drafts and settlements look to the scripts.
enum QueueItemText {
  static func words(_ draft: QueueDraft) -> [RedisArgument] {
    [
      .text(draft.id), .text(draft.queue), .bytes(draft.payload), .text(MetadataText.write(draft.metadata)),
      .text(draft.orderingKey ?? ""), .text(draft.ordering.rawValue), .text(draft.idempotencyKey ?? ""),
      .integer(StoreRules.delay(draft.delay)),
      .integer(Int64(draft.payload.count + StoreRules.size(of: draft.metadata))), self.optional(draft.deadReason),
    ]
  }

  static func words(_ settlement: QueueSettlement) -> [RedisArgument] {
    let (outcome, length, note): (String, Duration, String?)
    switch settlement.outcome {
    case .completed(let remember, let text): (outcome, length, note) = ("completed", remember, text)
    case .retry(let after, let reason): (outcome, length, note) = ("retry", after, reason)
    case .release(let after): (outcome, length, note) = ("release", after, nil)
    case .dead(let reason): (outcome, length, note) = ("dead", .zero, reason)
    }
    return [
      .text(settlement.id), .integer(settlement.token), .text(outcome), .integer(StoreRules.delay(length)),
      self.optional(note),
    ]
  }

  /// An empty text is none; what is there has a mark in front of it.
  private static func optional(_ note: String?) -> RedisArgument {
    .text(StoreRules.note(note).map { "=" + $0 } ?? "")
  }

  /// Nil: the fields are not those of an item.
  static func item(_ fields: [RESPValue]) -> QueueItem? {
    guard fields.count == QueueScripts.fields.count, let id = fields[0].text, let queue = fields[1].text,
      let sequence = fields[2].integer, let state = fields[3].text.flatMap(QueueItem.State.init),
      let payload = fields[4].bytes, let metadata = MetadataText.read(fields[5].bytes ?? []),
      let ordering = fields[7].text.flatMap(QueueOrdering.init), let attempts = fields[9].integer,
      let enqueued = fields[10].integer, let due = fields[11].integer
    else { return nil }
    return QueueItem(
      id: id, queue: queue, sequence: sequence, state: state, payload: payload, metadata: metadata,
      orderingKey: fields[6].text, ordering: ordering, idempotencyKey: fields[8].text, attempts: Int(attempts),
      enqueued: enqueued, due: due, note: fields[12].text)
  }
}
