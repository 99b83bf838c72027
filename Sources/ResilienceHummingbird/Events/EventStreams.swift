internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Resilience
internal import ResilienceInterfaces
internal import ResilienceSessions
internal import ServiceLifecycle

/// Serves live event streams to browsers, a bounded number of them.
final class EventStreams: Sendable {
  /// What a stream has to write next.
  private enum Signal: Sendable {
    case event(ControlEvent)
    case tick
  }

  static let snapshotMilliseconds: Int64 = 1000
  static let heartbeatMilliseconds: Int64 = 15_000

  private let plane: any ControlPlane
  private let sessions: OperationsSessions?
  private let clock: OperationsClock
  private let maximum: Int
  private let openStreams = Lock(0)

  init(plane: any ControlPlane, sessions: OperationsSessions? = nil, clock: OperationsClock, maximum: Int) {
    self.plane = plane
    self.sessions = sessions
    self.clock = clock
    self.maximum = maximum
  }

  /// How many streams are open.
  var count: Int { self.openStreams.withLock { $0 } }

  /// Answers with a stream that lasts until the client leaves or the server stops.
  func open(_ request: OperationsRequest) throws(Problem) -> Response {
    guard self.count < self.maximum else {
      throw .later(
        .serviceUnavailable, "All \(self.maximum) event streams are in use; close a console.", retryAfterSeconds: 10)
    }
    let lastID = HTTPField.Name("Last-Event-ID").flatMap { request.request.headers[$0] }.flatMap { UInt64($0) } ?? 0
    let body = request.request.body
    return Response(
      status: .ok, headers: [.contentType: "text/event-stream"],
      body: ResponseBody { writer in
        self.openStreams.withLock { $0 += 1 }
        defer { self.openStreams.withLock { $0 -= 1 } }
        do {
          try await body.consumeWithCancellationOnInboundClose { _ in
            try await self.write(to: &writer, after: lastID)
          }
        } catch is CancellationError {
          // The client has left or the server stops: both are a stream's normal end.
        }
        try await writer.finish(nil)
      })
  }

  @concurrent private func write(to writer: inout any ResponseBodyWriter, after lastID: UInt64) async throws {
    // A slow client loses the oldest events; it never makes anybody wait.
    let (signals, continuation) = AsyncStream.makeStream(of: Signal.self, bufferingPolicy: .bufferingNewest(256))
    try await withGracefulShutdownHandler {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          for await event in self.plane.events(after: lastID) { continuation.yield(.event(event)) }
        }
        group.addTask {
          while !Task.isCancelled {
            try await self.clock.sleep(Self.snapshotMilliseconds)
            continuation.yield(.tick)
          }
        }
        defer { group.cancelAll() }
        try await self.forward(signals, to: &writer)
      }
    } onGracefulShutdown: {
      continuation.finish()
    }
  }

  @concurrent private func forward(_ signals: AsyncStream<Signal>, to writer: inout any ResponseBodyWriter) async throws
  {
    try await writer.write(ByteBuffer(string: "retry: 2000\n\n"))
    try await self.writeSnapshot(to: &writer)
    var lastSnapshot = self.clock.now()
    var lastHeartbeat = lastSnapshot
    for await signal in signals {
      switch signal {
      case .event(let event): try await writer.write(ServerSentEvent.buffer("event", event, id: event.id))
      case .tick:
        let now = self.clock.now()
        // Ticks pile up while a slow client is being written to; one snapshot stands for all of them.
        guard now - lastSnapshot >= Self.snapshotMilliseconds / 2 else { continue }
        lastSnapshot = now
        try await self.writeSnapshot(to: &writer)
        if now - lastHeartbeat >= Self.heartbeatMilliseconds {
          lastHeartbeat = now
          try await writer.write(ByteBuffer(string: ": heartbeat\n\n"))
        }
      }
    }
    try Task.checkCancellation()
  }

  @concurrent private func writeSnapshot(to writer: inout any ResponseBodyWriter) async throws {
    let snapshot = EventSnapshot(
      at: self.clock.now(), health: await self.plane.health(), degradation: await self.plane.degradation(),
      dependencies: await self.plane.dependencies().map(\.summary), components: await self.plane.components(),
      examples: await self.plane.examples(), healing: await self.plane.healing?.status(),
      keepsQueues: self.plane.queueControl != nil,
      sessions: self.sessions.map { SessionHealthDocument($0.manager.healthStatus()) })
    try await writer.write(ServerSentEvent.buffer("snapshot", snapshot, id: nil))
  }
}
