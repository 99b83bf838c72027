internal import NIOCore
internal import NIOPosix
internal import NIOSSL
internal import Resilience

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// One connection for one check: opened, spoken over, closed.
///
/// Nothing is pooled: a check has to find out whether a *new* connection can be made.
struct CheckConnection {
  private typealias Channel = NIOAsyncChannel<ByteBuffer, ByteBuffer>

  /// How much a server may answer before it is taken for something else.
  private static let mostBytes = 64 * 1024

  private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
  private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
  /// What has arrived and was not taken yet.
  private(set) var buffer = ByteBuffer()
  private let target: CheckTarget

  /// Connects, runs the body, and closes.
  ///
  /// - Parameters:
  ///   - target: Where to.
  ///   - tls: Speaks TLS with this handler if there is one.
  ///   - context: Its deadline bounds connecting as well.
  /// - Throws: What the body throws, or what stood in the way of connecting.
  static func open<Result: Sendable>(
    _ target: CheckTarget, tls: (@Sendable () throws -> NIOSSLClientHandler)? = nil, in context: Context,
    _ body: (inout CheckConnection) async throws -> Result
  ) async throws -> Result {
    let limit = context.remaining ?? .seconds(10)
    let channel: Channel
    do {
      channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .connectTimeout(.nanoseconds(max(1, limit.nanoseconds)))
        .connect(host: target.host, port: target.port) { channel in
          channel.eventLoop.makeCompletedFuture {
            if let tls { try channel.pipeline.syncOperations.addHandlers([tls(), HandshakeSignal()]) }
            return try Channel(wrappingChannelSynchronously: channel)
          }
        }
    } catch let error as CancellationError {
      throw error
    } catch {
      throw CheckFailure("\(target) cannot be reached: \(Self.reason(error))")
    }
    return try await channel.executeThenClose { inbound, outbound in
      var connection = CheckConnection(
        outbound: outbound, inbound: inbound.makeAsyncIterator(), target: target)
      return try await body(&connection)
    }
  }

  private init(
    outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>,
    inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator, target: CheckTarget
  ) {
    self.outbound = outbound
    self.inbound = inbound
    self.target = target
  }

  /// The first single failure in words, in place of a list of all attempts.
  private static func reason(_ error: any Error) -> String {
    guard let connection = error as? NIOConnectionError else { return self.words(error) }
    if let first = connection.connectionErrors.first { return self.words(first.error) }
    return self.words(connection.dnsAError ?? connection.dnsAAAAError ?? error)
  }

  /// The system's own words, where it is the system's error.
  private static func words(_ error: any Error) -> String {
    guard let system = error as? IOError else { return "\(error)" }
    return String(cString: strerror(system.errnoCode))
  }

  /// Sends bytes.
  func send(_ bytes: some Sequence<UInt8>) async throws {
    try await self.outbound.write(ByteBuffer(bytes: bytes))
  }

  /// Waits for more bytes.
  ///
  /// - Throws: `CheckFailure` when the server closes or never comes to an end.
  mutating func receive() async throws {
    guard self.buffer.readableBytes < Self.mostBytes else {
      throw CheckFailure("\(self.target) answers with more than \(Self.mostBytes) bytes: is it the right server?")
    }
    guard var more = try await self.inbound.next(isolation: #isolation) else {
      try Task.checkCancellation()
      throw CheckFailure("\(self.target) closed the connection before it had answered")
    }
    self.buffer.writeBuffer(&more)
  }

  /// Waits for so many bytes and takes them.
  mutating func take(_ count: Int) async throws -> [UInt8] {
    while self.buffer.readableBytes < count { try await self.receive() }
    return self.buffer.readBytes(length: count) ?? []
  }

  /// Waits for a line that ends in CR LF and takes it, without its end.
  mutating func takeLine() async throws -> String {
    while true {
      if let end = self.buffer.readableBytesView.firstIndex(of: 0x0A) {
        let line = self.buffer.readString(length: end - self.buffer.readerIndex + 1) ?? ""
        return String(line.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
      }
      try await self.receive()
    }
  }
}
