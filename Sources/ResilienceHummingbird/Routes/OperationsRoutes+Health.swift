internal import HTTPTypes
internal import Hummingbird
internal import ResilienceInterfaces

extension OperationsRoutes {
  private static let type = "application/health+json"

  /// Liveness never looks at a dependency: a broken one must not take every instance out.
  func healthRoutes() -> [OperationsRoute] {
    [
      OperationsRoute(
        method: .get, template: "/health", access: .role(.viewer), summary: "The service's health with all checks.",
        produces: Self.type, handler: { _ in await self.health() }),
      OperationsRoute(
        method: .get, template: "/health/live", access: .open,
        summary: "Whether the process should go on living; never decided by a dependency.",
        produces: Self.type, handler: { _ in Self.grade(await self.plane.isLive()) }),
      OperationsRoute(
        method: .get, template: "/health/ready", access: .open, summary: "Whether new requests may be sent here.",
        produces: Self.type, handler: { _ in Self.grade(await self.plane.isReady()) }),
      OperationsRoute(
        method: .get, template: "/health/startup", access: .role(.viewer), summary: "Whether start-up has ended.",
        produces: Self.type, handler: { _ in Self.grade(await self.plane.isStarted()) }),
      OperationsRoute(
        method: .get, template: "/health/dependencies", access: .role(.viewer),
        summary: "Whether each dependency is usable: a flat object of booleans.",
        query: [
          .init(name: "detail", type: "string", isRequired: false, summary: "full = an object per dependency.")
        ],
        handler: self.dependencyHealth),
    ]
  }

  private static func grade(_ good: Bool) -> Response {
    JSONText.response(
      ["status": good ? "pass" : "fail"], status: good ? .ok : .serviceUnavailable, type: self.type)
  }

  private func health() async -> Response {
    let report = await self.plane.health()
    return JSONText.response(
      HealthDocument(report, version: self.configuration.version),
      status: report.status == .fail ? .serviceUnavailable : .ok, type: Self.type)
  }

  @Sendable private func dependencyHealth(_ request: OperationsRequest) async throws -> Response {
    let dependencies = await self.plane.dependencies()
    switch request.query("detail") {
    case nil:
      return JSONText.response(
        Dictionary(dependencies.map { ($0.name, $0.usable) }, uniquingKeysWith: { first, _ in first }))
    case "full":
      let details = dependencies.map { ($0.name, DependencyHealth($0)) }
      return JSONText.response(Dictionary(details, uniquingKeysWith: { first, _ in first }))
    case .some(let other):
      throw Problem.unprocessable(field: "detail", found: "'\(other.prefix(50))'", allowed: "full, or leave it out")
    }
  }
}
