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
    let connection = try await self.open()
    let deadline = Runtime.live.now() + self.configuration.connectTimeout.nanoseconds
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
    let timeout = TimeAmount.nanoseconds(max(1, configuration.connectTimeout.nanoseconds))
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
                stall: configuration.stallTimeout.nanoseconds))
            try channel.pipeline.syncOperations.addHandler(handler)
            return RedisConnection(channel, handler, server: server)
          }
        }
    } catch {
      throw .unreachable(error, server: server)
    }
  }

  /// In one round trip where the server knows the newer protocol, in two where not.
  private func introduce(_ connection: RedisConnection, until deadline: Instant) async throws(RedisError) {
    var answers: [RESPValue]
    if self.configuration.prefersRESP3 {
      answers = try await connection.send([self.hello] + self.choice, until: deadline)
      if try self.isHello(answers[0]) { return try self.check(answers.dropFirst(), self.choice) }
    }
    var commands: [RedisCommand] = []
    if let password = self.configuration.password {
      commands.append(
        RedisCommand("AUTH", [self.configuration.user, password].compactMap { $0.map(RedisArgument.text) }))
    }
    // A user who may not set it has a connection without a name: it is a help for operators only.
    let name = RedisCommand("CLIENT", "SETNAME", .text(self.configuration.clientName))
    answers = try await connection.send([name] + commands + self.choice, until: deadline)
    try self.check(answers.dropFirst(), commands + self.choice)
    if !commands.isEmpty { _ = try await connection.send(name, until: deadline) }
  }

  private var hello: RedisCommand {
    var words: [RedisArgument] = [3]
    if let password = self.configuration.password {
      words += ["AUTH", .text(self.configuration.user ?? "default"), .text(password)]
    }
    return RedisCommand("HELLO", words + ["SETNAME", .text(self.configuration.clientName)])
  }

  /// What follows: the last one tells whether credentials are needed, and whether the server is there for us.
  private var choice: [RedisCommand] {
    let database = self.configuration.database
    return (database == 0 ? [] : [RedisCommand("SELECT", .integer(Int64(database)))]) + [RedisCommand("PING")]
  }

  /// False: the server knows only the older version, and nothing is settled yet.
  private func isHello(_ answer: RESPValue) throws(RedisError) -> Bool {
    guard case .error(let error) = answer else { return true }
    switch error.code {
    case "NOPROTO", "NOPERM": return false
    // Valkey 9 says this of each command that it does not know, until one has authenticated; AUTH then tells.
    case "NOAUTH" where self.configuration.password != nil: return false
    case "ERR" where error.message.lowercased().hasPrefix("unknown command"): return false
    default: throw self.failure(error, "HELLO")
    }
  }

  private func check(_ answers: ArraySlice<RESPValue>, _ commands: [RedisCommand]) throws(RedisError) {
    for (answer, command) in zip(answers, commands) {
      if case .error(let error) = answer { throw self.failure(error, command.name) }
    }
    guard answers.last?.text == "PONG" else {
      let problem = RESPProblem.malformed("answer to PING")
      throw .broken(problem, server: self.configuration.server, transmission: .neverSent)
    }
  }

  private func failure(_ error: RESPError, _ command: String) -> RedisError {
    guard error.code == "ERR", error.message.contains("password") else {
      return RedisError(error, to: command, server: self.configuration.server)
    }
    return RedisError(
      .unauthenticated, server: self.configuration.server, detail: "\(command) was refused: \(error.ending)",
      remedy: "Leave the password out of the URL, or set one on the server (requirepass, ACL SETUSER).")
  }
}
