/// A policy that takes other settings at run time and keeps its state.
///
/// What becomes of state that the new settings do not fit is each policy's own rule, told where it is implemented.
public protocol Replaceable<Configuration>: Sendable {
  /// The settings.
  associatedtype Configuration: Sendable
  /// The settings in force.
  var configuration: Configuration { get }
  /// Takes other settings from now on.
  ///
  /// - Parameters:
  ///   - configuration: The settings.
  ///   - runtime: Whose time it is.
  /// - Throws: `InvalidConfiguration` with everything that makes no sense; then nothing has changed.
  func replace(validating configuration: Configuration, on runtime: Runtime) throws(InvalidConfiguration)
}
