internal import ArgumentParser
internal import Foundation
internal import Logging
internal import ResilienceConfiguration
internal import ResilienceGateway
internal import ResilienceInterfaces

/// Runs gateway and operations server: `resilience serve`.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Runs the gateway and the operations server.",
    discussion: """
      Without --config the bundled example runs: three built-in upstreams whose faults can be switched in the console, \
      and a little traffic. Reads the file again on SIGHUP and when it changes, without dropping a call. Stops cleanly \
      on Ctrl-C and SIGTERM. The log goes to standard error as JSON lines; \
      RESILIENCE_LOG_LEVEL (trace, debug, info, notice, warning, error) sets how much.
      """)

  @Option(help: "Configuration file, YAML or JSON.", completion: .file(extensions: ["yaml", "yml", "json"]))
  var config: String?
  @Option(help: "Where the gateway listens, HOST:PORT.") var listen: String?
  @Option(help: "Where the operations server listens, HOST:PORT.") var operations: String?
  @Option(help: "Where what must survive is kept: memory:, sqlite:FILE or redis://HOST.") var storage: String?
  @Option(
    name: .customLong("set"),
    help: "A setting above file and environment, such as dependencies.api.timeout=5s; may be repeated.",
    transform: Self.setting)
  var settings: [SettingOverride] = []

  func run() async throws {
    signal(SIGPIPE, SIG_IGN)
    signal(SIGHUP, SIG_IGN)  // until the file can be read again: a hang-up must not end what protects others
    do {
      let level = try Self.logLevel
      let file = ConfigurationFile(self.config, overrides: self.overrides, settings: self.settings)
      let text = try file.read()
      let loaded = try file.load(text)
      let telemetry = try ProgramTelemetry(loaded.configuration)
      try telemetry.bootstrap(level)
      let program = try await ServedProgram(
        file, text: text, loaded, telemetry: telemetry, log: Logger(label: "resilience"))
      try await program.run()
    } catch let error as InvalidConfigurationFile {
      StandardError.print(error.description)
      throw ExitCode(2)
    } catch {
      guard let failure = StartFailure(error) else { throw error }
      StandardError.print(failure.description)
      throw ExitCode(2)
    }
  }

  private static func setting(_ text: String) throws -> SettingOverride {
    guard let setting = SettingOverride(text) else {
      throw ValidationError("'\(text.prefix(80))' is no setting: write KEY=VALUE, such as dependencies.api.timeout=5s")
    }
    return setting
  }

  private static var logLevel: Logger.Level {
    get throws {
      guard let text = ProcessInfo.processInfo.environment[ConfigurationFile.logLevelVariable] else { return .notice }
      if let level = Logger.Level(rawValue: text) { return level }
      let allowed = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
      throw StartFailure("\(ConfigurationFile.logLevelVariable) is '\(text.prefix(32))'; allowed: \(allowed)")
    }
  }

  /// The command line as the variables that mean the same.
  private var overrides: [String: String] {
    var overrides: [String: String] = [:]
    overrides["RESILIENCE_GATEWAY_LISTEN"] = self.listen
    overrides["RESILIENCE_OPERATIONS_LISTEN"] = self.operations
    overrides["RESILIENCE_STORAGE_URL"] = self.storage
    return overrides
  }
}
