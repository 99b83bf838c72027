internal import Foundation
internal import Resilience
internal import ResilienceInterfaces

/// Threads of their own, each with a connection, which take work from one line.
///
/// libpq waits in them, never in Swift's own threads, of which there are only as many as the machine has cores.
final class PostgreSQLWorkers: Sendable {
  private struct Line {
    var waiting: [PostgreSQLWork] = []
    var isClosed = false
  }

  private static let largestGroup = 64
  private static let largestGroupBytes = 4 << 20
  /// In bytes: the server takes messages of 1 GiB at most.
  private static let largestStatement = 1_000_000_000
  /// How long each of a group waits for locks, in milliseconds, after the group has waited for them in vain.
  private static let shortPatience: Int64 = 50

  private let configuration: PostgreSQLConfiguration
  private let reconnect: PostgreSQLReconnect
  private let inGroups: Bool
  private let threads: Int
  private let line = Lock(Line())
  private let news = DispatchSemaphore(value: 0)

  /// Starts them.
  ///
  /// - Parameters:
  ///   - configuration: Where the server is.
  ///   - threads: How many.
  ///   - inGroups: Whether what waits is carried out together, in one transaction: many callers then pay for one
  ///     commit.
  ///   - reconnect: When an attempt to connect may begin.
  init(_ configuration: PostgreSQLConfiguration, threads: Int, inGroups: Bool, _ reconnect: PostgreSQLReconnect) {
    self.configuration = configuration
    self.reconnect = reconnect
    self.inGroups = inGroups
    self.threads = threads
    for number in 0..<threads {
      let thread = Thread { self.work() }
      thread.name = "resilience-postgresql-\(inGroups ? "writes" : "\(number)")"
      thread.start()
    }
  }

  /// Puts work at the end of the line.
  func submit(_ work: PostgreSQLWork) {
    let size = work.query.size
    let refusal: StoreFailure? = self.line.withLock { line in
      if line.isClosed { return self.closed }
      if size > Self.largestStatement { return self.tooLarge(size) }
      if line.waiting.count >= self.configuration.maxWaiting { return self.overloaded }
      line.waiting.append(work)
      return nil
    }
    if let refusal { work.answer(.failure(refusal)) } else { self.news.signal() }
  }

  /// Carries out what waits, then ends the threads and their connections.
  func close() {
    self.line.withLock { $0.isClosed = true }
    for _ in 0..<self.threads { self.news.signal() }
  }

  private var closed: StoreFailure {
    StoreFailure(
      .unreachable, store: self.configuration.location, detail: "The store has been closed.",
      remedy: "Close it only when nobody needs it any more, or open it anew.", transmission: .neverSent)
  }

  private func tooLarge(_ size: Int) -> StoreFailure {
    StoreFailure(
      .invalid, store: self.configuration.location, detail: "What is to be sent has \(size) bytes.",
      remedy: "Send it in parts, each below \(Self.largestStatement) bytes.", transmission: .neverSent)
  }

  private var overloaded: StoreFailure {
    StoreFailure(
      .unreachable, store: self.configuration.location,
      detail: "\(self.configuration.maxWaiting) calls wait for the server already.",
      remedy: "Send the request again later; look at the server's load.", transmission: .neverSent)
  }

  // MARK: A thread

  private func work() {
    var session: PostgreSQLSession?
    while true {
      self.news.wait()
      let (group, isOver) = self.line.withLock { line in
        let group = self.take(&line)
        return (group, group.isEmpty && line.isClosed)
      }
      if isOver { return }
      let inTime = group.filter { work in
        if work.deadline > Runtime.live.now() { return true }
        work.answer(.failure(PostgreSQLTrouble.late.failure(self.configuration.location)))
        return false
      }
      self.carryOut(inTime, &session)
    }
  }

  private func take(_ line: inout Line) -> [PostgreSQLWork] {
    var count = 0
    var size = 0
    while count < line.waiting.count && count < (self.inGroups ? Self.largestGroup : 1) {
      size += line.waiting[count].query.size
      if count > 0 && size > Self.largestGroupBytes { break }
      count += 1
    }
    let group = Array(line.waiting.prefix(count))
    line.waiting.removeFirst(count)
    // What is left waits for a thread as well; its signals may have been used up by this group.
    if !line.waiting.isEmpty { self.news.signal() }
    return group
  }

  /// Patience: how long to wait for locks at most, in milliseconds; nil for as long as a session does.
  private func carryOut(
    _ group: [PostgreSQLWork], _ session: inout PostgreSQLSession?, patience: Int64? = nil
  ) {
    guard !group.isEmpty else { return }
    let result = self.attempts(group, &session, patience)
    switch result {
    case .success(let answers): for (work, rows) in zip(group, answers) { work.answer(.success(rows)) }
    case .failure(.refused(let code, _)) where group.count > 1:
      // One of them is refused, and only that one is to hear of it. Where it is for a lock, all have waited for it:
      // those that need another one are not to wait once more.
      let patience = code == "55P03" ? Self.shortPatience : nil
      for work in group { self.carryOut([work], &session, patience: patience) }
    case .failure(.late) where group.count > 1:
      for work in group { self.carryOut([work], &session) }
    case .failure(let trouble):
      for work in group { work.answer(.failure(trouble.failure(self.configuration.location))) }
    }
  }

  private func attempts(
    _ group: [PostgreSQLWork], _ session: inout PostgreSQLSession?, _ patience: Int64?
  ) -> Result<[[PostgreSQLRow]], PostgreSQLTrouble> {
    let deadline = group.map(\.deadline).min() ?? .min
    var attempt = 1
    var isUnsure = false
    while true {
      do throws(PostgreSQLTrouble) {
        let open = try self.usable(&session, until: deadline)
        return .success(try self.once(group, open, patience, until: deadline))
      } catch {
        attempt += 1
        var mayRepeat = error.isTakenBack
        // An attempt whose answer was lost may have arrived, whatever becomes of those after it.
        if isUnsure, error.wasNeverSent { return .failure(error.perhapsSent(self.configuration.location)) }
        if case .lost = error {
          isUnsure = true
          mayRepeat = group.allSatisfy(\.isRepeatable)
        }
        if !mayRepeat || attempt > 5 || Runtime.live.now() >= deadline { return .failure(error) }
      }
    }
  }

  private func usable(
    _ session: inout PostgreSQLSession?, until deadline: Instant
  ) throws(PostgreSQLTrouble) -> PostgreSQLSession {
    if let open = session, open.isAlive() { return open }
    session = nil
    let now = Runtime.live.now()
    if now >= deadline { throw .late }
    if let refusal = self.reconnect.refusal(at: now) { throw .known(refusal) }
    do throws(PostgreSQLTrouble) {
      let open = try PostgreSQLSession.open(self.configuration, until: deadline)
      self.reconnect.succeeded()
      session = open
      return open
    } catch {
      let end = Runtime.live.now()
      // That there is no connection in the little time that a caller had left says nothing about the server.
      let hadTime = deadline - now >= self.configuration.timeout.nanoseconds / 2
      if hadTime || end < deadline { self.reconnect.failed(error.failure(self.configuration.location), at: end) }
      throw error
    }
  }

  private func once(
    _ group: [PostgreSQLWork], _ session: PostgreSQLSession, _ patience: Int64?, until deadline: Instant
  ) throws(PostgreSQLTrouble) -> [[PostgreSQLRow]] {
    // The server gives up first (statement_timeout) and says why; this is for one that says nothing.
    let limit = deadline + 1_000_000_000
    let queries = group.map(\.query)
    // By their bytes, as the server compares them: equal strings of Swift may be two queues.
    let names = Set(group.flatMap(\.queues).map { Array($0.utf8) }).map { String(decoding: $0, as: UTF8.self) }
    let items = group.flatMap(\.items)
    if group.count == 1 && names.isEmpty && items.isEmpty { return try session.run(queries, until: limit) }
    var steps = [PostgreSQLQuery("BEGIN")]
    // Who has less time left than a session waits for locks is refused in time, and the connection stays.
    let usual = self.configuration.timeout.nanoseconds / 1_000_000 * 3 / 4
    let wait = max(1, min(patience ?? usual, (deadline - Runtime.live.now()) / 1_000_000))
    if wait < usual {
      steps.append(PostgreSQLQuery("SELECT set_config('lock_timeout', $1, true)", [.text("\(wait)ms")]))
    }
    if !names.isEmpty || !items.isEmpty {
      steps.append(PostgreSQLQuery("SELECT lock_queues($1, $2)", [.texts(names), .texts(items)]))
    }
    let before = steps.count
    steps += queries
    steps.append(PostgreSQLQuery("COMMIT"))
    do throws(PostgreSQLTrouble) {
      return Array(try session.run(steps, until: limit)[before..<(before + queries.count)])
    } catch {
      // What counts is the refusal: it is taken back also where the connection breaks over saying so.
      if case .refused = error, session.isUsable { _ = try? session.run([PostgreSQLQuery("ROLLBACK")], until: limit) }
      throw error
    }
  }
}
