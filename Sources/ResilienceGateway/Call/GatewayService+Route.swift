internal import NIOHTTP1
internal import Resilience
internal import ResilienceInterfaces

extension GatewayService {
  /// The dependency and the path that a target names.
  func target(_ uri: String) throws -> RequestTarget {
    do throws(TargetProblem) {
      return try RequestTarget(uri: uri)
    } catch {
      throw Refusal(.validation, status: error.status, error.detail)
    }
  }

  /// The whole target as the path, for a port that belongs to one dependency.
  func wholePath(_ uri: String) throws -> String {
    do throws(TargetProblem) {
      return try RequestTarget.wholePath(of: uri)
    } catch {
      throw Refusal(.validation, status: error.status, error.detail)
    }
  }

  /// Refuses what no dependency should get to see.
  func check(_ head: HTTPRequestHead, viaName: String) throws {
    do throws(MethodProblem) {
      try MethodRule.check(head.method)
    } catch {
      var refusal = Refusal(.validation, status: error.status, error.detail)
      if let allow = error.allow { refusal.headers.add(name: "Allow", value: allow) }
      throw refusal
    }
    do throws(LoopProblem) {
      try ForwardedHeaders.checkLoop(head.headers, viaName: viaName)
    } catch {
      throw Refusal(.internal, status: error.status, error.detail)
    }
  }
}
