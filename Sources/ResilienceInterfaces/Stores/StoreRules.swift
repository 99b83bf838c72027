internal import Resilience

/// What every store accepts: the same limits everywhere, so that moving from one store to another changes nothing.
public enum StoreRules {
  /// The longest key or name, in bytes of UTF-8.
  public static let longestKey = 512
  /// The largest payload or value, in bytes: 16 MiB.
  public static let largestValue = 16 << 20
  /// The most bytes that the names and values of one item's metadata may have together: 64 KiB.
  public static let largestMetadata = 64 << 10

  /// Checks a key, an id or a name: 1…512 bytes of UTF-8 without control characters.
  ///
  /// Keys differ if their bytes differ: two spellings of "é" are two keys.
  /// - Parameters:
  ///   - key: What to check.
  ///   - name: What it is, for the error.
  ///   - store: The store that refuses it.
  /// - Throws: `StoreFailure` of kind `invalid`.
  public static func check(key: String, named name: String, store: String) throws(StoreFailure) {
    let count = key.utf8.count
    guard (1...self.longestKey).contains(count) else {
      throw StoreFailure(
        .invalid, store: store, detail: "The \(name) has \(count) bytes.",
        remedy: "Give it 1 to \(self.longestKey) bytes.")
    }
    guard key.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else {
      throw StoreFailure(
        .invalid, store: store, detail: "The \(name) contains control characters.",
        remedy: "Leave them out, or encode them.")
    }
  }

  /// Checks a value and what is known about it.
  ///
  /// - Parameters:
  ///   - value: The bytes.
  ///   - metadata: Names and values that are kept with it.
  ///   - store: The store that refuses it.
  /// - Throws: `StoreFailure` of kind `invalid`.
  public static func check(value: [UInt8], metadata: [String: String], store: String) throws(StoreFailure) {
    guard value.count <= self.largestValue else {
      throw StoreFailure(
        .invalid, store: store, detail: "The value has \(value.count) bytes.",
        remedy: "Keep it below \(self.largestValue) bytes, or store it elsewhere and keep its address here.")
    }
    let size = self.size(of: metadata)
    guard size <= self.largestMetadata,
      !metadata.contains(where: { $0.key.utf8.contains(0) || $0.value.utf8.contains(0) })
    else {
      throw StoreFailure(
        .invalid, store: store, detail: "The metadata has \(size) bytes, or contains a NUL.",
        remedy: "Keep it below \(self.largestMetadata) bytes and without NUL.")
    }
  }

  /// Checks what is to be put in a queue.
  ///
  /// - Throws: `StoreFailure` of kind `invalid`.
  public static func check(_ draft: QueueDraft, store: String) throws(StoreFailure) {
    try self.check(key: draft.id, named: "id", store: store)
    try self.check(key: draft.queue, named: "queue's name", store: store)
    if draft.deadReason != nil && draft.orderingKey != nil {
      throw StoreFailure(
        .invalid, store: store, detail: "The item '\(draft.id)' is dead from the start and has an ordering key.",
        remedy: "Leave out the ordering key, or let a worker find out.")
    }
    if let key = draft.orderingKey { try self.check(key: key, named: "ordering key", store: store) }
    if let key = draft.idempotencyKey { try self.check(key: key, named: "idempotency key", store: store) }
    try self.check(value: draft.payload, metadata: draft.metadata, store: store)
  }

  /// Checks a length of time: more than nothing, at most ten years.
  ///
  /// - Throws: `StoreFailure` of kind `invalid`.
  /// - Returns: Whole milliseconds, at least 1.
  public static func milliseconds(
    _ length: Duration, named name: String, store: String
  ) throws(StoreFailure) -> Int64 {
    guard length > .zero, length <= .seconds(315_360_000) else {
      throw StoreFailure(
        .invalid, store: store, detail: "The \(name) is \(length.inWords).",
        remedy: "Give a length above 0, up to ten years.")
    }
    return max(1, self.wholeMilliseconds(length))
  }

  /// A delay in whole milliseconds, at least 0 and at most ten years.
  public static func delay(_ length: Duration) -> Int64 {
    self.wholeMilliseconds(min(max(.zero, length), .seconds(315_360_000)))
  }

  /// A note as stores keep it: at most 4 KiB, without NUL.
  public static func note(_ text: String?) -> String? {
    guard let text else { return nil }
    guard text.utf8.count > 4096 || text.utf8.contains(0) else { return text }
    return String(decoding: text.utf8.lazy.filter { $0 != 0 }.prefix(4096), as: UTF8.self)
  }

  /// The bytes of metadata, names and values together.
  public static func size(of metadata: [String: String]) -> Int {
    metadata.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count }
  }

  private static func wholeMilliseconds(_ length: Duration) -> Int64 {
    let (seconds, attoseconds) = length.components
    return seconds * 1_000 + attoseconds / 1_000_000_000_000_000
  }
}
