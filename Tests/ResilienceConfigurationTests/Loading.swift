import ResilienceConfiguration
import Testing

/// Loads a text as the file `test.yaml`.
func load(_ text: String, _ environment: [String: String] = [:]) throws(InvalidConfigurationFile) -> LoadedConfiguration {
  try ConfigurationLoader.load(text: text, file: "test.yaml", environment: environment)
}

/// The problems of a text; none where it is valid.
func problems(_ text: String, _ environment: [String: String] = [:]) -> [ConfigurationProblem] {
  do throws(InvalidConfigurationFile) {
    _ = try load(text, environment)
    return []
  } catch {
    return error.problems
  }
}

/// The first dependency of a file whose one dependency `api` has these further lines.
func dependency(_ lines: String, _ environment: [String: String] = [:]) throws -> DependencyConfiguration {
  let indented = lines.split(separator: "\n").map { "    \($0)\n" }.joined()
  let loaded = try load("dependencies:\n  api:\n    url: http://localhost\n" + indented, environment)
  return try #require(loaded.configuration.dependencies.first)
}
