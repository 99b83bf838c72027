import Foundation
import Logging
import NIOCore
import NIOPosix
import ResilienceInterfaces
import ServiceLifecycle
import Testing

@testable import ResilienceHummingbird

/// Runs the whole server on a free port for as long as a body lasts.
enum RunningServer {
  static func with(
    _ plane: any ControlPlane, operators: [OperationsOperator] = [], maximumEventStreams: Int = 64,
    bodyLimit: Duration = .seconds(10),
    _ body: (_ port: Int, _ group: ServiceGroup) async throws -> Void
  ) async throws {
    let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
    let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    let server = try OperationsServer(
      configuration: .init(port: 0, operators: operators, maximumEventStreams: maximumEventStreams), plane: plane,
      logger: logger, clock: .live, bodyLimit: bodyLimit, onListening: { continuation.yield($0) })
    let group = ServiceGroup(configuration: .init(services: [server], logger: logger))
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await group.run() }
      var iterator = ports.makeAsyncIterator()
      let port = await iterator.next() ?? 0
      try await body(port, group)
      await group.triggerGracefulShutdown()
      try await tasks.waitForAll()
    }
  }

  /// Sends a request and hands what comes back, as it comes, to a body; leaving the body closes the connection.
  static func request<Value: Sendable>(
    port: Int, _ text: String, _ body: @Sendable (inout Incoming) async throws -> Value
  ) async throws -> Value {
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connect(host: "127.0.0.1", port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
        }
      }
    return try await channel.executeThenClose { inbound, outbound in
      try await outbound.write(ByteBuffer(string: text))
      var incoming = Incoming(iterator: inbound.makeAsyncIterator())
      return try await body(&incoming)
    }
  }

  /// What a connection has brought so far.
  struct Incoming {
    var iterator: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private(set) var text = ""

    init(iterator: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator) { self.iterator = iterator }

    /// Reads until a text has come so many times, or the server has closed; says whether it has come.
    mutating func read(until end: String, times: Int = 1) async throws -> Bool {
      while self.text.components(separatedBy: end).count <= times {
        do {
          guard let buffer = try await self.iterator.next(isolation: #isolation) else { return false }
          self.text += String(buffer: buffer)
        } catch let error as IOError where error.errnoCode == ECONNRESET {
          return false  // closed as well, by a server that had not read everything
        }
      }
      return true
    }

    /// Reads until a text has come; a test's issue if it does not.
    mutating func expect(_ end: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
      let hasCome = try await self.read(until: end)
      #expect(hasCome, "'\(end)' did not come; what came: \(self.text)", sourceLocation: sourceLocation)
    }
  }
}
