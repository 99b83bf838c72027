internal import Foundation
internal import GRDB

extension Row {
  /// The bytes of a column.
  func bytes(_ column: String) throws -> [UInt8] { Array(try self.decode(Data.self, forColumn: column)) }
}
