/// Attributes by name, in the order in which they were first set.
///
/// A list instead of a dictionary: a span has a dozen, and they are written once and read once.
public struct TelemetryAttributes: Sendable, Hashable {
  /// One name and its value.
  public struct Entry: Sendable, Hashable {
    /// The name, such as `http.request.method`.
    public let key: String
    /// The value.
    public let value: TelemetryValue
  }

  /// All of them, each name once.
  public private(set) var entries: [Entry] = []

  /// Makes an empty list.
  public init() {}

  /// Makes a list of these; of a name that is there twice the last value stays.
  public init(_ pairs: [(String, TelemetryValue)]) {
    for (key, value) in pairs { self[key] = value }
  }

  /// The value under a name; nil takes it away.
  public subscript(_ key: String) -> TelemetryValue? {
    get { self.entries.first { $0.key == key }?.value }
    set {
      let index = self.entries.firstIndex { $0.key == key }
      switch (index, newValue) {
      case (let index?, let value?): self.entries[index] = Entry(key: key, value: value)
      case (let index?, nil): self.entries.remove(at: index)
      case (nil, let value?): self.entries.append(Entry(key: key, value: value))
      case (nil, nil): break
      }
    }
  }
}
