internal import Subprocess
internal import SystemPackage

extension Command {
  /// How swift-subprocess starts it: in a session, and so a process group, of its own.
  func configuration(adding variables: [String: String] = [:]) -> Configuration {
    let (program, arguments) = self.limited
    var options = PlatformOptions()
    options.userID = self.userID
    options.groupID = self.groupID
    options.createSession = true
    // Only for a task that is cancelled; whoever stops a process in order has done so before.
    options.teardownSequence = [.send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: .seconds(2))]
    var environment: [Environment.Key: String] = [:]
    for (name, value) in self.environment.merging(variables, uniquingKeysWith: { _, added in added }) {
      if let key = Environment.Key(rawValue: name) { environment[key] = value }
    }
    return Configuration(
      executable: program.contains("/") ? .path(FilePath(program)) : .name(program),
      arguments: Arguments(arguments),
      environment: .custom(environment),
      workingDirectory: self.folder.map { FilePath($0) }, platformOptions: options)
  }
}
