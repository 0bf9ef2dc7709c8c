/** MongoDB's names of the error codes that this engine answers (src/mongo/base/error_codes.yml of the server). */
const CODE_NAMES: Record<number, string> = {
  1: 'InternalError',
  2: 'BadValue',
  5: 'GraphContainsCycle',
  9: 'FailedToParse',
  11: 'UserNotFound',
  13: 'Unauthorized',
  14: 'TypeMismatch',
  15: 'Overflow',
  16: 'InvalidLength',
  18: 'AuthenticationFailed',
  20: 'IllegalOperation',
  26: 'NamespaceNotFound',
  27: 'IndexNotFound',
  28: 'PathNotViable',
  40: 'ConflictingUpdateOperators',
  43: 'CursorNotFound',
  47: 'NoMatchParseContext',
  48: 'NamespaceExists',
  50: 'MaxTimeMSExpired',
  52: 'DollarPrefixedFieldName',
  53: 'InvalidIdField',
  54: 'NotSingleValueField',
  56: 'EmptyFieldName',
  59: 'CommandNotFound',
  66: 'ImmutableField',
  67: 'CannotCreateIndex',
  72: 'InvalidOptions',
  73: 'InvalidNamespace',
  76: 'NoReplicationEnabled',
  85: 'IndexOptionsConflict',
  86: 'IndexKeySpecsConflict',
  96: 'OperationFailed',
  115: 'CommandNotSupported',
  125: 'CommandFailed',
  146: 'ExceededMemoryLimit',
  165: 'ViewDepthLimitExceeded',
  166: 'CommandNotSupportedOnView',
  167: 'OptionNotSupportedOnView',
  291: 'NoQueryExecutionPlans',
  359: 'CannotConvertIndexToUnique',
  322: 'APIVersionError',
  323: 'APIStrictError',
  121: 'DocumentValidationFailure',
  123: 'NotAReplicaSet',
  168: 'InvalidPipelineOperator',
  171: 'CannotIndexParallelArrays',
  175: 'QueryPlanKilled',
  197: 'InvalidIndexSpecificationOption',
  237: 'CursorKilled',
  241: 'ConversionFailure',
  263: 'OperationNotSupportedInTransaction',
  352: 'UnsupportedOpQueryCommand',
  10334: 'BSONObjectTooLarge',
  11000: 'DuplicateKey',
  11600: 'InterruptedAtShutdown',
  12051: 'CursorInUse',
  14031: 'OutOfDiskSpace',
  31082: 'SearchNotEnabled',
};

/** MongoDB's name of an error code; codes that have none are called Location and their number. */
export const codeName = (code: number): string => CODE_NAMES[code] ?? `Location${code}`;

/** A command's failure as MongoDB words it: `code` and `extra` (keyPattern, errInfo …) go into the reply as they are. */
export class StoreError extends Error {
  constructor(
    readonly code: number,
    message: string,
    readonly extra: Record<string, unknown> = {},
  ) {
    super(message);
    this.name = 'StoreError';
  }
}

/** The refusal of what only MongoDB Atlas has, as MongoDB's own server words it. */
export const searchNotEnabled = (): StoreError =>
  new StoreError(
    31082,
    'Search and search indexes require additional configuration. Please connect to Atlas or an AtlasCLI local deployment to enable.',
  );

/** The refusal of JavaScript in a pipeline, as of a server whose scripting is switched off. */
export const noScripts = (): StoreError =>
  new StoreError(31264, 'Cannot run server-side javascript without the javascript engine enabled');
