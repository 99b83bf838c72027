// An outage in virtual time.

import Resilience
import ResilienceSimulation
import ResilienceTesting

struct Outage: Error {}

// snippet.simulation
let simulation = Simulation(seed: 7)
let dependency = ScriptedDependency<String>(
  [.failure(Outage(), after: .seconds(20)), .success("back")], on: simulation.runtime)
let calls = Pipeline(runtime: simulation.runtime) { Retry(maxAttempts: 3) }
let result = try simulation.run { try await calls { try await dependency.call() } }
print(result, "after", simulation.elapsed)  // some 21 virtual seconds, in less than a millisecond
// snippet.end
