import ServerTestSupport

/// What is in the configuration of a program that a test starts.
struct ProgramSettings: Sendable {
  /// Each dependency's keys in YAML's flow form, by name, in order; `{gateway}` stands for the gateway's port.
  var dependencies: [(name: String, keys: String)] = []
  /// Further keys of `gateway`.
  var gateway = ""
  /// Further keys of `operations`.
  var operations = ""
  /// Keys of `telemetry`; empty for a file without the section.
  var telemetry = ""
  /// Further lines of the file's top level; `{folder}` stands for the test's folder.
  var top = ""
  /// The storage's URL; `{folder}` stands for the test's folder.
  var storage = "memory:"
  /// Variables beside those of the tests' own process.
  var environment: [String: String?] = [:]
  /// Further arguments of `serve`.
  var arguments: [String] = []
  /// Whether the bundled example runs instead of all this.
  var isExample = false

  /// The bundled example, in memory.
  static let example = ProgramSettings(isExample: true)

  /// A configuration with these dependencies.
  static func dependencies(_ dependencies: (String, String)...) -> ProgramSettings {
    ProgramSettings(dependencies: dependencies.map { (name: $0.0, keys: $0.1) })
  }

  /// The same with other settings.
  func with(_ change: (inout ProgramSettings) -> Void) -> ProgramSettings {
    var settings = self
    change(&settings)
    return settings
  }

  /// The file; nil for the bundled example.
  func yaml(gateway: Int, operations: Int, folder: TestFolder) -> String? {
    if self.isExample { return nil }
    let storage = self.storage.replacing("{folder}", with: folder.path)
    let gatewayKeys = self.gateway.isEmpty ? "" : ", " + self.gateway
    let operationsKeys = self.operations.isEmpty ? "" : ", " + self.operations
    var text = """
      service: outside
      errors: { codePrefix: ORC }
      gateway: { listen: "127.0.0.1:\(gateway)"\(gatewayKeys) }
      operations: { listen: "127.0.0.1:\(operations)"\(operationsKeys) }
      storage: { url: "\(storage)" }
      dependencies:

      """
    if !self.telemetry.isEmpty { text = "telemetry: { \(self.telemetry) }\n" + text }
    if !self.top.isEmpty { text = self.top.replacing("{folder}", with: folder.path) + "\n" + text }
    for (name, keys) in self.dependencies {
      text += "  \(name): { \(keys.replacing("{gateway}", with: "\(gateway)")) }\n"
    }
    return text
  }
}
