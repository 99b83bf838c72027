/// One line of a trace, its values still in the line's bytes.
struct TraceEvent {
  /// What happens.
  enum Operation: String, CaseIterable {
    case new, acquire, success, failure, ignored, run, sample
  }

  private(set) var operation = Operation.new
  /// Nanoseconds since the policy was made.
  private(set) var time: Int64 = 0
  /// `t`, `id` with its quotes, `config`, `outcomes`: as they stand in the line.
  private(set) var timeText = Self.nothing
  private(set) var id = Self.nothing
  private(set) var config = Self.nothing
  private(set) var outcomes: [Bool] = []
  /// Nanoseconds; nil where the line does not say.
  private(set) var duration: Int64?
  private(set) var roundTrip: Int64 = 0
  private(set) var inFlight = 0
  private(set) var isDropped = false

  private static var nothing: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: nil, count: 0) }

  /// Reads a line; the event is of use as long as the bytes are.
  ///
  /// - Throws: `TraceFault` with what was expected.
  init(_ line: UnsafeRawBufferPointer) throws(TraceFault) {
    var scanner = TraceScanner(line)
    var seen: Keys = []
    var event = self
    try scanner.readObject { key, value throws(TraceFault) in
      let key = try Keys.of(key)
      guard seen.insert(key).inserted else { throw TraceFault("\(key.name) stands twice", expected: "each key once") }
      try event.read(key, value)
    }
    self = event
    try self.check(seen)
  }

  private mutating func read(_ key: Keys, _ value: UnsafeRawBufferPointer) throws(TraceFault) {
    switch key {
    case .time:
      self.time = try Self.milliseconds(value, "t")
      self.timeText = value
    case .operation: self.operation = try Self.operation(value)
    case .id: self.id = try Self.identity(value)
    case .duration: self.duration = try Self.milliseconds(value, "dur_ms")
    case .config: self.config = value
    case .outcomes: self.outcomes = try Self.outcomes(value)
    case .roundTrip:
      guard let whole = TraceNumber.whole(value), whole > 0, whole < 1_000_000_000_000 else {
        throw TraceFault("rtt_us is \(Self.text(value))", expected: "microseconds, a whole number from 1")
      }
      self.roundTrip = Int64(whole) * 1_000
    case .inFlight:
      guard let whole = TraceNumber.whole(value), whole < 1_000_000_000 else {
        throw TraceFault("inflight is \(Self.text(value))", expected: "a whole number from 0")
      }
      self.inFlight = whole
    default:
      switch Self.text(value) {
      case "true": self.isDropped = true
      case "false": self.isDropped = false
      case let text: throw TraceFault("dropped is \(text)", expected: "true or false")
      }
    }
  }

  private func check(_ seen: Keys) throws(TraceFault) {
    guard seen.contains(.operation) else {
      throw TraceFault("op is missing", expected: "one of \(Self.operationNames)")
    }
    guard seen.contains(.time) else { throw TraceFault("t is missing", expected: "milliseconds") }
    let (needed, optional) = Keys.of(self.operation)
    if needed.isSubset(of: seen), seen.isSubset(of: needed.union(optional)) { return }
    let wrong = seen.subtracting(needed.union(optional)).names.map { "\($0) does not belong to" }
    let missing = needed.subtracting(seen).names.map { "\($0) is missing in" }
    let mayBe = optional.names.map { "if you like \($0)" }
    throw TraceFault(
      "\((wrong + missing).joined(separator: ", ")) \(self.operation.rawValue)",
      expected: (needed.names + mayBe).joined(separator: ", "))
  }

  static let operationNames = Operation.allCases.map(\.rawValue).joined(separator: ", ")

  static func text(_ bytes: UnsafeRawBufferPointer) -> String { String(decoding: bytes.prefix(200), as: UTF8.self) }

  private static func milliseconds(_ value: UnsafeRawBufferPointer, _ name: String) throws(TraceFault) -> Int64 {
    guard let time = TraceNumber.milliseconds(value) else {
      throw TraceFault("\(name) is \(Self.text(value))", expected: "milliseconds: 0 or more, with up to six decimals")
    }
    return time
  }

  private static func operation(_ value: UnsafeRawBufferPointer) throws(TraceFault) -> Operation {
    if value.count > 2, value[0] == 0x22 {
      let name = UnsafeRawBufferPointer(rebasing: value[1..<value.count - 1])
      for operation in Operation.allCases where name.elementsEqual(operation.rawValue.utf8) { return operation }
    }
    throw TraceFault("op is \(Self.text(value))", expected: "one of \(Self.operationNames)")
  }

  private static func identity(_ value: UnsafeRawBufferPointer) throws(TraceFault) -> UnsafeRawBufferPointer {
    let isText = value.first == 0x22
    guard isText || TraceNumber.whole(value) != nil else {
      throw TraceFault("id is \(Self.text(value))", expected: "a text such as \"1\"")
    }
    // It is written back as it is: then it has to be a text.
    if value.contains(where: { $0 >= 0x80 }), String(validating: value, as: UTF8.self) == nil {
      throw TraceFault("id is no UTF-8", expected: "a text in UTF-8")
    }
    return value
  }

  private static func outcomes(_ value: UnsafeRawBufferPointer) throws(TraceFault) -> [Bool] {
    var outcomes: [Bool] = []
    var scanner = TraceScanner(value)
    try scanner.readArray { element throws(TraceFault) in
      switch Self.text(element) {
      case "\"ok\"": outcomes.append(true)
      case "\"fail\"": outcomes.append(false)
      case let text: throw TraceFault("an outcome is \(text)", expected: "\"ok\" or \"fail\"")
      }
    }
    if outcomes.isEmpty { throw TraceFault("outcomes is empty", expected: "at least one \"ok\" or \"fail\"") }
    return outcomes
  }
}

extension TraceEvent {
  /// The keys that lines have.
  private struct Keys: OptionSet {
    let rawValue: Int

    static let time = Keys(rawValue: 1)
    static let operation = Keys(rawValue: 2)
    static let id = Keys(rawValue: 4)
    static let duration = Keys(rawValue: 8)
    static let config = Keys(rawValue: 16)
    static let outcomes = Keys(rawValue: 32)
    static let roundTrip = Keys(rawValue: 64)
    static let inFlight = Keys(rawValue: 128)
    static let dropped = Keys(rawValue: 256)

    private static let all: [(name: StaticString, key: Keys)] = [
      ("t", .time), ("op", .operation), ("id", .id), ("dur_ms", .duration), ("config", .config),
      ("outcomes", .outcomes), ("rtt_us", .roundTrip), ("inflight", .inFlight), ("dropped", .dropped),
    ]

    static func of(_ name: UnsafeRawBufferPointer) throws(TraceFault) -> Keys {
      for (known, key) in self.all where name.elementsEqual(UnsafeRawBufferPointer(known)) { return key }
      let names = self.all.map { "\($0.name)" }.joined(separator: ", ")
      throw TraceFault("the key \(TraceEvent.text(name)) is unknown", expected: "one of \(names)")
    }

    /// What a line of that kind has, and what it may have.
    static func of(_ operation: Operation) -> (needed: Keys, optional: Keys) {
      switch operation {
      case .new: ([.time, .operation, .config], [])
      case .acquire: ([.time, .operation, .id], [])
      case .success, .failure, .ignored: ([.time, .operation, .id], [.duration])
      case .run: ([.time, .operation, .id, .outcomes], [.duration])
      case .sample: ([.time, .operation, .roundTrip, .inFlight], [.dropped])
      }
    }

    var names: [String] { Self.all.filter { self.contains($0.key) }.map { "\($0.name)" } }
    var name: String { self.names.joined() }
  }
}

extension UnsafeRawBufferPointer {
  fileprivate init(_ text: StaticString) { self.init(start: text.utf8Start, count: text.utf8CodeUnitCount) }
}
