import Resilience

/// A failure that says nothing about itself.
struct Boom: Error, Equatable {
  var number = 0
}

/// A failure that says everything about itself.
struct Categorized: CategorizedError, Equatable {
  var category: FailureCategory
  var retryAfter: Duration?
  var transmission = Transmission.unknown
}

/// A class that the compiler keeps out of other isolations.
final class NotSendable {
  var count = 0
}
