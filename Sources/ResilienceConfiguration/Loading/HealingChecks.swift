/// What can only be seen of healing when the whole configuration is read: names that have to exist, or to differ.
struct HealingChecks {
  private let tree: SourceNode
  private let dependencies: [String]
  private let watched: [String]
  private let processes: [String]
  private let toggles: [String]

  static func run(
    on configuration: ServiceConfiguration, tree: SourceNode, with reader: inout ConfigurationReader
  ) {
    let checks = HealingChecks(
      tree: tree, dependencies: configuration.dependencies.map(\.name), watched: configuration.watched.map(\.name),
      processes: configuration.supervised.map(\.name), toggles: configuration.toggles.features.map(\.name))
    checks.checkNames(checks.elements(tree["supervised"]), "two processes have this name", &reader)
    let workflows = checks.elements(tree.descendant(["healing", "workflows"]))
    checks.checkNames(workflows, "two workflows have this name", &reader)
    for workflow in workflows { checks.check(workflow, &reader) }
  }

  private func elements(_ node: SourceNode?) -> [SourceNode] {
    guard case .sequence(let elements)? = node?.content else { return [] }
    return elements
  }

  private func checkNames(_ nodes: [SourceNode], _ message: String, _ reader: inout ConfigurationReader) {
    var names: Set<String> = []
    for node in nodes {
      guard let name = node["name"], let text = name.scalarText, !names.insert(text).inserted else { continue }
      reader.report(
        .duplicateName, at: name, message, found: ShownText.quoted(text), allowed: "each once",
        remedy: "give every one a name of its own")
    }
  }

  private func check(_ workflow: SourceNode, _ reader: inout ConfigurationReader) {
    let either = self.dependencies + self.watched + self.processes
    let trigger = workflow["trigger"]
    self.known(trigger?["health"], either, "dependency or process", &reader)
    self.known(trigger?["breaker"], self.dependencies, "dependency", &reader)
    self.known(trigger?.descendant(["errors", "dependency"]), self.dependencies, "dependency", &reader)
    for action in self.elements(workflow["actions"]) {
      self.known(action["restartProcess"], self.processes, "process", &reader)
      self.known(action["resetBreaker"], self.dependencies, "dependency", &reader)
      self.known(action["recyclePool"], self.dependencies, "dependency", &reader)
      self.known(action.descendant(["isolateBreaker", "breaker"]), self.dependencies, "dependency", &reader)
      self.known(action.descendant(["limit", "dependency"]), self.dependencies, "dependency", &reader)
      self.known(action.descendant(["warmCache", "dependency"]), self.dependencies, "dependency", &reader)
      self.known(action.descendant(["toggle", "name"]), self.toggles, "toggle", &reader)
    }
    for name in self.elements(workflow.descendant(["verify", "healthy"])) {
      self.known(name, either, "dependency or process", &reader)
    }
    for name in self.elements(workflow.descendant(["verify", "breakersClosed"])) {
      self.known(name, self.dependencies, "dependency", &reader)
    }
  }

  private func known(_ node: SourceNode?, _ names: [String], _ kind: String, _ reader: inout ConfigurationReader) {
    guard let node, let text = node.scalarText, !node.isNull, !reader.hasFailed(node),
      let name = try? VariableExpansion.expand(text, environment: node.origin.isFile ? reader.environment : [:]),
      !names.contains(name)
    else { return }
    let nearest = Spelling.nearest(to: name, among: names)
    reader.report(
      .unknownDependency, at: node, "no \(kind) has this name", found: reader.shown(node),
      allowed: names.isEmpty ? "none is configured" : "one of \(names.prefix(20).joined(separator: ", "))",
      remedy: nearest.map { "did you mean `\($0)`?" } ?? "add it, or remove it here")
  }
}
