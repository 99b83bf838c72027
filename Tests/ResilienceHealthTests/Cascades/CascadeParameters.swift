/// How a cascade is made up; everything that may be varied.
struct CascadeParameters: Sendable {
  /// How many dependencies.
  var nodes = 12...40
  /// How many others each one depends on, at most; those at the bottom on none.
  var mostDependencies = 3
  /// The part of the dependencies that depend on nothing.
  var bottom = 0.2
  /// The part of the edges that the graph given to the analysis lacks.
  var missingEdges = 0.1
  /// The part of the edges that carry no failure, because the dependent can do without.
  var softEdges = 0.2
  /// How often a check's result is wrong, both ways.
  var falseResults = 0.05
  /// The time between two checks of a dependency, in seconds, and by what part it varies.
  var interval = 10.0
  var jitter = 0.1
  /// How much later than it was measured a result arrives, at most, in seconds.
  var resultDelay = 5.0
  /// How long a failure takes over an edge, in seconds.
  var lag = 4.0...20.0
  /// How many faults, and within how many seconds of each other they begin.
  var faults = 1
  var spread = 3.0
  /// How long after the first fault the diagnosis is made, and how long before it all was well, in seconds.
  var observed = 120.0
  var before = 120.0
  /// How often a faulty dependency shows it: below 1 its fault comes and goes.
  var persistence = 1.0
  /// Whether a fault may be hidden behind another: on something that the other one takes down anyway.
  var allowsHiddenFaults = false
}
