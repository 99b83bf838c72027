/// File, environment and documents' variables laid over one another, each value with its own place.
///
/// From weak to strong: built-in defaults, the documents' variables (all dependencies', then one's own), the file's
/// `defaults`, the file's dependency; `RESILIENCE_…` variables replace what the file says at the same key, and the
/// command line's settings replace what both say.
struct ConfigurationLayers {
  /// Every dependency gets all of `defaults`; both large together are no configuration any more.
  private static let maximumInheritedNodes = 500_000

  private(set) var tree: SourceNode
  private var ownFaults: [SourceFault] = []
  private let documents: DocumentDefaults
  private let overrides: EnvironmentOverrides

  var notes: [ConfigurationNote] { documents.notes + overrides.notes }
  var faults: [SourceFault] { documents.faults + overrides.faults + ownFaults }

  init(file: SourceNode, text: String, environment: [String: String], overrides settings: [SettingOverride] = []) {
    var names = file["dependencies"]?.entries.map(\.key) ?? []
    // Dependencies may also come from the environment as a whole.
    let variable = "RESILIENCE_DEPENDENCIES"
    if let more = environment[variable], let above = YAMLSource.parse(variable: variable, text: more, path: "").tree {
      names += above.entries.map(\.key).filter { !names.contains($0) }
    }
    // Too many are refused later; until then they must not cost much.
    if names.count > DependencyNames.maximum { names = [] }
    documents = DocumentDefaults(environment: environment, dependencies: names)
    let referenced = Set(environment.keys.filter { text.contains("${\($0)") })
    overrides = EnvironmentOverrides(
      environment: environment, dependencies: names, referenced: referenced, settings: settings)

    var root = SectionVariables.laid(
      below: OpenTelemetryDefaults.laid(below: file, environment: environment), section: "healing",
      definitions: HealingConfiguration.settings.flatMap { $0.definitions() }, environment: environment)
    // Keys that begin with x- are free for anchors.
    root.entries = root.entries.filter { !$0.key.hasPrefix("x-") }
    if let dependencies = root["dependencies"] { root["dependencies"] = Self.switches(inAll: dependencies) }
    if let defaults = root["defaults"] { root["defaults"] = Overlay.withSwitches(defaults) }
    var above = overrides.tree
    if let dependencies = above["dependencies"] { above["dependencies"] = Self.switches(inAll: dependencies) }
    if let defaults = above["defaults"] { above["defaults"] = Overlay.withSwitches(defaults) }
    tree = Self.overlay(root, above)
    applyDefaults(names: names)
  }

  private static func switches(inAll dependencies: SourceNode) -> SourceNode {
    guard dependencies.isMapping else { return dependencies }
    var result = dependencies
    result.entries = dependencies.entries.map { entry in
      var entry = entry
      entry.value = Overlay.withSwitches(entry.value) ?? entry.value
      return entry
    }
    return result
  }

  /// The environment over the file; dependencies and defaults by the rules of switches.
  private static func overlay(_ file: SourceNode, _ above: SourceNode) -> SourceNode {
    var result = Overlay.merge(file, above) ?? file
    result.origin = file.origin
    for entry in above["dependencies"]?.entries ?? [] {
      let below = file["dependencies"]?[entry.key]
      result["dependencies"]?[entry.key] = Overlay.mergePolicies(below, entry.value)
    }
    if let defaults = above["defaults"] {
      result["defaults"] = Overlay.mergePolicies(file["defaults"], defaults)
    }
    return result
  }

  private mutating func applyDefaults(names: [String]) {
    let everywhere = Overlay.withSwitches(documents.everywhere)
    let fileDefaults = tree["defaults"].flatMap { $0.isMapping || $0.isNull ? $0 : nil }
    if let fileDefaults, fileDefaults.nodeCount * names.count > Self.maximumInheritedNodes {
      ownFaults.append(
        SourceFault(
          rule: .tooLarge, origin: fileDefaults.origin, path: "defaults", message: "defaults are too large",
          found: "\(fileDefaults.nodeCount) values for \(names.count) dependencies",
          allowed: "\(Self.maximumInheritedNodes) values over all dependencies",
          remedy: "move what few dependencies need to those dependencies"))
      return
    }
    for name in names {
      guard let own = tree["dependencies"]?[name], own.isMapping || own.isNull else { continue }
      let variables = Overlay.merge(everywhere, documents.byDependency[name])
      let below = Overlay.mergePolicies(variables, fileDefaults)
      var effective = documents.withStaleCacheAge(Overlay.mergePolicies(below, own)) ?? own
      effective.origin = own.origin
      effective.path = own.path
      tree["dependencies"]?[name] = effective
    }
    if !documents.everywhere.entries.isEmpty || tree["defaults"] != nil, fileDefaults != nil || tree["defaults"] == nil
    {
      tree["defaults"] = documents.withStaleCacheAge(Overlay.mergePolicies(everywhere, fileDefaults))
    }
  }

  /// Reads the documents' variables by themselves, so that a bad value is a problem even where the file hides it.
  func validateDocuments(with reader: inout ConfigurationReader) {
    reader.checksSections = false
    defer { reader.checksSections = true }
    var unusedCache = StaleCacheConfiguration()
    reader.read(documents.staleCacheAge, into: &unusedCache)
    for tree in [documents.everywhere] + documents.byDependency.values {
      var unused = PolicyConfiguration()
      reader.read(documents.withStaleCacheAge(Overlay.withSwitches(tree)) ?? tree, into: &unused)
    }
  }
}
