/// What is wrong, as far as the results of the checks say.
public struct Diagnosis: Sendable, Equatable {
  /// Something that has probably failed by itself.
  public struct Cause: Sendable, Hashable {
    /// The dependency's name.
    public let name: String
    /// How sure that is, 0…1.
    public let probability: Double
    /// What fails and needs it, directly or by way of others.
    public let consequences: [String]
  }

  /// What is named as a cause, the surest first.
  public let causes: [Cause]
  /// What may be a cause, but is not sure enough to be named, the surest first.
  public let suspects: [Cause]
  /// Everything else that fails, in the order of the graph.
  public let consequences: [String]
  /// How sure it is that nothing has failed by itself, 0…1.
  public let healthyProbability: Double

  /// Nothing speaks for a failure.
  static let healthy = Diagnosis(causes: [], suspects: [], consequences: [], healthyProbability: 1)

  private init(causes: [Cause], suspects: [Cause], consequences: [String], healthyProbability: Double) {
    self.causes = causes
    self.suspects = suspects
    self.consequences = consequences
    self.healthyProbability = healthyProbability
  }

  init(
    _ graph: DependencyGraph, _ search: HypothesisSearch, _ likelihood: OnsetLikelihood,
    _ configuration: RootCauseAnalysis.Configuration
  ) {
    // A step's ratio of 10 over all is more than two bad results in a row.
    let failing = Set(graph.nodes.indices.filter { likelihood.strength(of: $0) > 10 }.map { graph.nodes[$0].name })
    let ranked = graph.nodes.indices.filter { search.probabilities[$0] >= 0.05 }.sorted {
      search.probabilities[$0] > search.probabilities[$1]
    }.map { index in
      let name = graph.nodes[index].name
      return Cause(
        name: name, probability: search.probabilities[index],
        consequences: graph.dependents(of: name).filter(failing.contains))
    }
    let isSure = 1 - search.healthy >= configuration.nameFrom
    let likeliest = Set(isSure ? search.likeliest.map { graph.nodes[$0].name } : [])
    self.causes = ranked.filter { likeliest.contains($0.name) }
    self.suspects = ranked.filter { !likeliest.contains($0.name) }
    let named = Set(self.causes.map(\.name))
    self.consequences =
      named.isEmpty ? [] : graph.nodes.map(\.name).filter { failing.contains($0) && !named.contains($0) }
    self.healthyProbability = search.healthy
  }
}
