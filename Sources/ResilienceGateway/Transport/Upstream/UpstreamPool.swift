internal import NIOCore

/// The connections without work of one event loop, by origin.
///
/// Lives on that event loop.
final class UpstreamPool {
  private let eventLoop: any EventLoop
  private let maxIdlePerOrigin: Int
  private let idleTimeout: TimeAmount
  private var idle: [UpstreamOrigin: [UpstreamConnection]] = [:]
  private var isSweepPlanned = false
  private var isShutDown = false
  /// What was made before is not used again.
  private var recycledAt: [UpstreamOrigin: NIODeadline] = [:]

  init(_ configuration: UpstreamConfiguration, eventLoop: any EventLoop) {
    self.eventLoop = eventLoop
    self.maxIdlePerOrigin = configuration.maxIdlePerOrigin
    self.idleTimeout = TimeAmount(configuration.idleTimeout)
  }

  /// Takes the connection that was used last, if there is one that still lives.
  func take(_ origin: UpstreamOrigin) -> UpstreamConnection? {
    let now = NIODeadline.now()
    while let connection = self.idle[origin]?.popLast() {
      if connection.isUsable, now - connection.idleSince < self.idleTimeout, connection.isAlive(now) {
        return connection
      }
      connection.close()
    }
    return nil
  }

  /// Puts a connection back that is ready for another request.
  func put(_ connection: UpstreamConnection) {
    let count = self.idle[connection.origin]?.count ?? 0
    let isOld = self.recycledAt[connection.origin].map { connection.bornAt < $0 } ?? false
    guard !self.isShutDown, !isOld, connection.isUsable, count < self.maxIdlePerOrigin else {
      return connection.close()
    }
    connection.idleSince = .now()
    self.idle[connection.origin, default: []].append(connection)
    self.planSweep()
  }

  /// Forgets a connection that has ended.
  func forget(_ connection: UpstreamConnection) {
    self.idle[connection.origin]?.removeAll { $0 === connection }
    if self.idle[connection.origin]?.isEmpty == true { self.idle[connection.origin] = nil }
  }

  /// Closes the idle connections to an origin, and the others after their exchange; returns how many were idle.
  func recycle(_ origin: UpstreamOrigin) -> Int {
    self.recycledAt[origin] = .now()
    let old = self.idle.removeValue(forKey: origin) ?? []
    for connection in old { connection.close() }
    return old.count
  }

  func shutDown() {
    self.isShutDown = true
    let all = self.idle.values.flatMap { $0 }
    self.idle.removeAll()
    for connection in all { connection.close() }
  }

  /// One timer per event loop closes what nobody took for too long.
  private func planSweep() {
    guard !self.isSweepPlanned else { return }
    self.isSweepPlanned = true
    let interval = TimeAmount.nanoseconds(max(self.idleTimeout.nanoseconds / 4, 1_000_000))
    self.eventLoop.assumeIsolated().scheduleTask(in: interval) { self.sweep() }
  }

  private func sweep() {
    self.isSweepPlanned = false
    let now = NIODeadline.now()
    let stale = self.idle.values.joined().filter { now - $0.idleSince >= self.idleTimeout }
    for connection in stale {
      self.forget(connection)
      connection.close()
    }
    if !self.idle.isEmpty { self.planSweep() }
  }
}
