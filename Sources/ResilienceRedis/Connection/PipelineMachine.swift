internal import DequeModule
internal import Resilience

/// The commands that a connection has under way, in the order in which their replies will come.
///
/// A value: no lock, no clock, no socket. A command that is given up keeps its place in the line, because its reply
/// still comes; only then is it forgotten. When the one at the head has had no reply for too long the connection itself
/// is given up, since all behind it wait for that reply as well.
struct PipelineMachine: Sendable {
  /// What is to be done about a reply.
  enum Reply: Equatable {
    /// Hand it to the command of that number.
    case deliver(UInt64)
    /// Nobody waits for it any more.
    case discard
    /// No command is under way: this is not the protocol.
    case unexpected
  }

  /// What time has done.
  struct Overdue: Equatable {
    /// Commands whose time is over, in order.
    var expired: [UInt64] = []
    /// Whether the connection has to be given up.
    var isStalled = false
  }

  private struct Entry {
    var deadline: Instant
    var sent: Instant
    var size: Int
    var isWanted = true
    var isFlushed = false
  }

  private let limit: Int
  private let sizeLimit: Int
  private let stall: Int64
  private var line = Deque<Entry>()
  /// The number of the command at the head.
  private var first: UInt64 = 0
  /// How many at the end of the line were not handed to the socket yet.
  private var unflushed = 0
  private var size = 0
  /// Since when the head is the head, or was sent.
  private var headSince: Instant = 0

  /// - Parameters:
  ///   - limit: The most commands under way, unless it is one row alone.
  ///   - sizeLimit: The most bytes of commands under way, unless it is one command or row alone.
  ///   - stall: How long the head may wait for its reply, in nanoseconds.
  init(limit: Int, sizeLimit: Int, stall: Int64) {
    self.limit = max(1, limit)
    self.sizeLimit = sizeLimit
    self.stall = stall
  }

  var count: Int { self.line.count }

  /// Takes a command into the line; nil: it is full.
  mutating func enqueue(size: Int, deadline: Instant, at now: Instant) -> UInt64? {
    self.enqueue(sizes: CollectionOfOne(size), deadline: deadline, at: now)
  }

  /// Takes commands into the line, all of them or none: a row of which a part was sent could not be repeated.
  ///
  /// - Returns: The number of the first; nil: the line is full. An empty line takes any row.
  mutating func enqueue(sizes: some Collection<Int>, deadline: Instant, at now: Instant) -> UInt64? {
    let bytes = sizes.reduce(0, +)
    let isFree = self.line.count + sizes.count <= self.limit && self.size + bytes <= self.sizeLimit
    guard self.line.isEmpty || isFree else { return nil }
    if self.line.isEmpty { self.headSince = now }
    let number = self.first + UInt64(self.line.count)
    for size in sizes { self.line.append(Entry(deadline: deadline, sent: now, size: size)) }
    self.unflushed += sizes.count
    self.size += bytes
    return number
  }

  /// All in the line were handed to the socket.
  mutating func flushed() {
    for index in (self.line.count - self.unflushed)..<self.line.count { self.line[index].isFlushed = true }
    self.unflushed = 0
  }

  /// A reply has come; it belongs to the head.
  mutating func replied(at now: Instant) -> Reply {
    guard let entry = self.line.first, entry.isFlushed else { return .unexpected }
    self.line.removeFirst()
    let number = self.first
    self.first += 1
    self.size -= entry.size
    self.headSince = now
    return entry.isWanted ? .deliver(number) : .discard
  }

  /// Nobody waits for the reply any more; it will be discarded.
  mutating func abandon(_ number: UInt64) {
    guard number >= self.first, number - self.first < UInt64(self.line.count) else { return }
    self.line[Int(number - self.first)].isWanted = false
  }

  /// What is over by now.
  mutating func tick(at now: Instant) -> Overdue {
    var overdue = Overdue()
    for index in self.line.indices where self.line[index].isWanted && self.line[index].deadline <= now {
      self.line[index].isWanted = false
      overdue.expired.append(self.first + UInt64(index))
    }
    if let head = self.line.first, head.isFlushed { overdue.isStalled = now - self.headSince >= self.stall }
    return overdue
  }

  /// When `tick` is worth calling next; nil: not before another command.
  var nextTick: Instant? {
    guard !self.line.isEmpty else { return nil }
    let earliest = self.line.lazy.filter(\.isWanted).map(\.deadline).min() ?? .max
    return min(earliest, self.headSince + self.stall)
  }

  /// The connection is gone: the commands that somebody waits for, and whether each may have been carried out.
  mutating func close() -> [(number: UInt64, maySent: Bool)] {
    defer {
      self.first += UInt64(self.line.count)
      self.line.removeAll()
      self.unflushed = 0
      self.size = 0
    }
    return self.line.enumerated().filter { $0.element.isWanted }
      .map { (self.first + UInt64($0.offset), $0.element.isFlushed) }
  }
}
