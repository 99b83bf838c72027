/// Ten workers behind a queue, whose callers wait at most 1,000 ticks and repeat every other failure.
///
/// A port of joemag1/queueingsimulator: a reference for what the bulkhead's queue does. Work that nobody waits for any
/// more is done all the same.
struct QueueingServer {
  struct Load: Sendable, CustomStringConvertible {
    /// Calls per tick.
    var rate: Double
    /// Whether the first thousand calls take ten times as long.
    var hasSpike = true
    var description: String { "\(self.rate) calls a tick\(self.hasSpike ? ", spike" : "")" }
  }

  struct Result {
    var calls = 0
    var failures = 0
    /// Calls that were still in the queue at the end.
    var waiting = 0
    var failureShare: Double { Double(self.failures) / Double(max(1, self.calls)) }
  }

  private struct Call {
    var arrived: Int
    var left: Int
  }

  static let workers = 10
  static let patience = 1_000
  static let meanLatency = 50.0

  /// The calls of each tick, and how long each takes: the same for the reference and for the bulkhead.
  struct Arrivals {
    private let load: Load
    private var chance: Chance
    private var pending = 0.0
    private var slow: Int

    init(_ load: Load, seed: UInt64) {
      self.load = load
      self.chance = Chance(seed: seed)
      self.slow = load.hasSpike ? 1_000 : 0
    }

    mutating func tick() { self.pending += self.chance.normal(self.load.rate, self.load.rate / 4) }
    /// Half of the failures come back at once.
    mutating func failed() {
      if self.chance.share() < 0.5 { self.pending += 1 }
    }
    /// The ticks that the next call of this tick needs; nil: there is none.
    mutating func next() -> Int? {
      guard self.pending > 0 else { return nil }
      self.pending -= 1
      let factor = self.slow > 0 ? 10.0 : 1
      self.slow = max(0, self.slow - 1)
      return Int(max(0, self.chance.normal(QueueingServer.meanLatency, QueueingServer.meanLatency / 4)) * factor)
    }
  }

  private var arrivals: Arrivals
  private let limit: Int
  private let isLastFirst: Bool
  private var workers = [Call?](repeating: nil, count: QueueingServer.workers)
  private var free = QueueingServer.workers
  private var queue: [Call] = []
  private var head = 0
  private var result = Result()

  init(_ load: Load, queue: Int, isLastFirst: Bool = false, seed: UInt64) {
    self.arrivals = Arrivals(load, seed: seed)
    self.limit = queue
    self.isLastFirst = isLastFirst
  }

  mutating func run(ticks: Int) -> Result {
    for tick in 0..<ticks {
      self.arrivals.tick()
      while let length = self.arrivals.next() { self.arrive(Call(arrived: tick, left: length)) }
      for worker in 0..<Self.workers { self.work(worker, at: tick) }
      if self.head > 10_000 {
        self.queue.removeFirst(self.head)
        self.head = 0
      }
    }
    self.result.waiting = self.queue.count - self.head
    return self.result
  }

  private mutating func arrive(_ call: Call) {
    self.result.calls += 1
    if self.free > 0, let worker = self.workers.firstIndex(where: { $0 == nil }) {
      self.workers[worker] = call
      self.free -= 1
    } else if self.queue.count - self.head < self.limit {
      self.queue.append(call)
    } else {
      self.fail()
    }
  }

  private mutating func work(_ worker: Int, at tick: Int) {
    guard var call = self.workers[worker] else {
      guard self.head < self.queue.count else { return }
      self.workers[worker] = self.isLastFirst ? self.queue.removeLast() : self.queue[self.head]
      if !self.isLastFirst { self.head += 1 }
      self.free -= 1
      return
    }
    call.left -= 1
    self.workers[worker] = call.left > 0 ? call : nil
    guard call.left <= 0 else { return }
    self.free += 1
    if tick - call.arrived >= Self.patience { self.fail() }
  }

  private mutating func fail() {
    self.result.failures += 1
    self.arrivals.failed()
  }
}
