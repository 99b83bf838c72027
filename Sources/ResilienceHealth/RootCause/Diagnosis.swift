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
  /// What has failed by itself and works again, while something that failed because of it does not yet.
  public let recovered: [Cause]
  /// What may be a cause, but is not sure enough to be named, the surest first.
  public let suspects: [Cause]
  /// Everything else that fails, in the order of the graph.
  public let consequences: [String]
  /// How sure it is that nothing has failed by itself, 0…1.
  public let healthyProbability: Double

  /// Nothing speaks for a failure.
  static let healthy = Diagnosis(causes: [], suspects: [], consequences: [], healthyProbability: 1)

  private init(
    causes: [Cause], recovered: [Cause] = [], suspects: [Cause], consequences: [String], healthyProbability: Double
  ) {
    self.causes = causes
    self.recovered = recovered
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
    self.recovered = []
  }

  /// The same as far as it is true now: causes that do not work, and consequences that are believed.
  ///
  /// - Parameters:
  ///   - graph: Who depends on whom.
  ///   - healthy: The names that are believed to work.
  ///   - failing: The names whose newest result was bad.
  ///   - unsettled: The names that it is too early to call a cause.
  ///   - explanations: Which failures follow from which others: in the place of those, these are named.
  func visible(
    in graph: DependencyGraph, healthy: Set<String>, failing: Set<String>, unsettled: Set<String>,
    explanations: Explanations
  ) -> Diagnosis {
    let found = self.replacing(explanations, graph)
    let present = found.causes.filter {
      !unsettled.contains($0.name) && (!healthy.contains($0.name) || failing.contains($0.name))
    }
    let consequences = found.consequences.filter { !healthy.contains($0) }
    let former = (found.causes + found.recovered).filter {
      healthy.contains($0.name) && !present.contains($0) && $0.consequences.contains(where: consequences.contains)
    }
    // With nothing left that has failed by itself there are no consequences either.
    let isExplained = !present.isEmpty || !former.isEmpty
    return Diagnosis(
      causes: present, recovered: former, suspects: self.suspects, consequences: isExplained ? consequences : [],
      healthyProbability: self.healthyProbability)
  }

  /// In the place of each cause that follows from something else, that.
  private func replacing(_ explanations: Explanations, _ graph: DependencyGraph) -> Diagnosis {
    let explained = self.causes.filter { explanations.byName[$0.name] != nil }
    guard !explained.isEmpty else { return self }
    let demoted = Set(explained.map(\.name))
    let affected = demoted.union(self.consequences)
    var causes = self.causes.filter { !demoted.contains($0.name) }
    var recovered: [Cause] = []
    for cause in explained {
      guard let explanation = explanations.byName[cause.name] else { continue }
      func entry(_ name: String) -> Cause {
        let known = (self.causes + self.suspects).first { $0.name == name }
        return Cause(
          name: name, probability: known?.probability ?? cause.probability,
          consequences: graph.dependents(of: name).filter(affected.contains))
      }
      func isNew(_ name: String) -> Bool { !(causes + recovered).contains { $0.name == name } }
      for name in explanation.failing.sorted() where isNew(name) { causes.append(entry(name)) }
      guard explanation.failing.isEmpty else { continue }
      for name in explanation.recovered.sorted() where isNew(name) { recovered.append(entry(name)) }
    }
    let named = Set(causes.map(\.name))
    return Diagnosis(
      causes: causes, recovered: recovered, suspects: self.suspects.filter { !named.contains($0.name) },
      consequences: graph.nodes.map(\.name).filter { affected.contains($0) && !named.contains($0) },
      healthyProbability: self.healthyProbability)
  }
}
