internal import NIOCore
internal import NIOPosix
internal import NIOSSL
internal import Resilience

/// Opens connections and introduces the client: protocol version, credentials, name, database.
struct RedisConnector: Sendable {
  let configuration: RedisConfiguration
  private let tls: RedisTLS?

  init(_ configuration: RedisConfiguration) throws(RedisError) {
    self.configuration = configuration
    if let settings = configuration.tls {
      self.tls = try RedisTLS(settings, host: configuration.host, server: configuration.server)
    } else {
      self.tls = nil
    }
  }

  /// A connection that is ready for commands.
  func connect() async throws(RedisError) -> RedisConnection {
    let deadline = Runtime.live.now() + Int64(self.configuration.connectTimeout / .nanoseconds(1))
    let connection = try await self.open()
    do throws(RedisError) {
      try await self.introduce(connection, until: deadline)
      return connection
    } catch {
      connection.close()
      guard error.kind == .timedOut else { throw error.neverSent() }
      throw .timedOut(
        "connecting", after: self.configuration.connectTimeout, server: self.configuration.server, .neverSent)
    }
  }

  private func open() async throws(RedisError) -> RedisConnection {
    let (configuration, tls, server) = (self.configuration, self.tls, self.configuration.server)
    let timeout = TimeAmount.nanoseconds(max(1, Int64(configuration.connectTimeout / .nanoseconds(1))))
    do {
      return try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .connectTimeout(timeout)
        .channelOption(.tcpOption(.tcp_nodelay), value: 1)
        .channelOption(.socketOption(.so_keepalive), value: 1)
        .connect(host: configuration.host, port: configuration.port) { channel in
          channel.eventLoop.makeCompletedFuture {
            if let tls { try channel.pipeline.syncOperations.addHandler(tls.handler()) }
            let handler = RedisChannelHandler(
              server: server, limits: configuration.limits,
              machine: PipelineMachine(
                limit: configuration.maxInFlight, sizeLimit: configuration.maxInFlightBytes,
                stall: Int64(configuration.stallTimeout / .nanoseconds(1))))
            try channel.pipeline.syncOperations.addHandler(handler)
            return RedisConnection(channel, handler, server: server)
          }
        }
    } catch {
      throw .unreachable(error, server: server)
    }
  }

  private func introduce(_ connection: RedisConnection, until deadline: Instant) async throws(RedisError) {
    if try await !self.sayHello(connection, until: deadline) {
      if let password = self.configuration.password {
        let words = [self.configuration.user, password].compactMap { $0.map(RedisArgument.text) }
        try await self.expectOK(RedisCommand("AUTH", words), connection, until: deadline)
      }
      // Older than 2.6.9, or forbidden to the user: the name is a help for operators only.
      _ = try await connection.send(
        RedisCommand("CLIENT", "SETNAME", .text(self.configuration.clientName)), until: deadline)
    }
    if self.configuration.database != 0 {
      try await self.expectOK(
        RedisCommand("SELECT", .integer(Int64(self.configuration.database))), connection, until: deadline)
    }
    // Without credentials to check, this tells whether some are needed, and whether the server is there for us.
    let answer = try await connection.send(RedisCommand("PING"), until: deadline)
    if case .error(let error) = answer {
      throw RedisError(error, to: "PING", server: self.configuration.server)
    }
    guard answer.text == "PONG" else {
      let problem = RESPProblem.malformed("answer to PING")
      throw .broken(problem, server: self.configuration.server, transmission: .neverSent)
    }
  }

  /// Asks for RESP3; false: the server knows only the older version, and nothing is settled yet.
  private func sayHello(_ connection: RedisConnection, until deadline: Instant) async throws(RedisError) -> Bool {
    guard self.configuration.prefersRESP3 else { return false }
    var words: [RedisArgument] = [3]
    if let password = self.configuration.password {
      words += ["AUTH", .text(self.configuration.user ?? "default"), .text(password)]
    }
    words += ["SETNAME", .text(self.configuration.clientName)]
    let answer = try await connection.send(RedisCommand("HELLO", words), until: deadline)
    guard case .error(let error) = answer else { return true }
    switch error.code {
    case "NOPROTO", "NOPERM": return false
    case "ERR" where error.message.hasPrefix("unknown command") || error.message.hasPrefix("Unknown command"):
      return false
    case "ERR" where error.message.contains("password"):
      throw RedisError(
        .unauthenticated, server: self.configuration.server, detail: "HELLO was refused: \(error).",
        remedy: "Leave the password out of the URL, or set one on the server (requirepass, ACL SETUSER).")
    default: throw RedisError(error, to: "HELLO", server: self.configuration.server)
    }
  }

  private func expectOK(
    _ command: RedisCommand, _ connection: RedisConnection, until deadline: Instant
  ) async throws(RedisError) {
    let answer = try await connection.send(command, until: deadline)
    if case .error(let error) = answer {
      guard error.code == "ERR", error.message.contains("password") else {
        throw RedisError(error, to: command.name, server: self.configuration.server)
      }
      throw RedisError(
        .unauthenticated, server: self.configuration.server, detail: "\(command.name) was refused: \(error).",
        remedy: "Check the password, or leave it out where the server has none.")
    }
  }
}
