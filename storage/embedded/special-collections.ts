import { isDocument, type Doc } from './bson.js';
import { StoreError } from './errors.js';
import { isNumeric, toDouble } from './numbers.js';
import { asWord, show } from './types.js';
import { checkView } from './views.js';

/** A collection as far as its options go. */
interface Held {
  readonly options: Doc;
}

const GRANULARITY: Record<string, number> = { seconds: 3600, minutes: 86_400, hours: 2_592_000 };

/** Reads what `create` says about capped, clustered and time series collections and views; gives the options as they are listed. */
export function specialOptions(args: Doc): Doc {
  checkView(args);
  return {
    ...cappedOptions(args),
    ...clusteredOptions(args),
    ...timeseriesOptions(args),
    ...(args.viewOn !== undefined && { viewOn: args.viewOn, pipeline: args.pipeline ?? [] }),
  };
}

function cappedOptions({ capped, size, max }: Doc): Doc {
  if (capped !== true) {
    if ((size !== undefined || max !== undefined) && capped === false)
      throw new StoreError(
        72,
        "the 'capped' field needs to be true when either the 'size' or 'max' fields are present",
      );
    return {};
  }
  if (!isNumeric(size)) throw new StoreError(72, "the 'size' field is required when 'capped' is true");
  const bytes = toDouble(size);
  if (bytes < 1) throw new StoreError(51024, `BSON field 'size' value must be >= 1, actual value '${bytes}'`);
  return {
    capped: true,
    size: Math.ceil(bytes / 256) * 256,
    ...(isNumeric(max) && toDouble(max) > 0 && { max: toDouble(max) }),
  };
}

function clusteredOptions({ clusteredIndex }: Doc): Doc {
  if (clusteredIndex === undefined || clusteredIndex === false) return {};
  if (!isDocument(clusteredIndex)) throw new StoreError(14, "'clusteredIndex' must be an object");
  const { key, unique, name = '_id_', v = 2 } = clusteredIndex;
  if (!isDocument(key) || Object.keys(key).length !== 1 || !('_id' in key))
    throw new StoreError(
      197,
      `The clusteredIndex option is only supported for key: {_id: 1}, got ${show(key)}`,
    );
  if (unique !== true) throw new StoreError(197, "The clusteredIndex option requires 'unique: true'");
  return { clusteredIndex: { v, key, name, unique } };
}

function timeseriesOptions({ timeseries }: Doc): Doc {
  if (timeseries === undefined) return {};
  if (!isDocument(timeseries)) throw new StoreError(14, "'timeseries' must be an object");
  const { timeField, metaField, granularity, bucketMaxSpanSeconds, bucketRoundingSeconds } = timeseries;
  if (typeof timeField !== 'string')
    throw new StoreError(40414, "BSON field 'create.timeseries.timeField' is missing but a required field");
  if (timeField.includes('.')) throw new StoreError(72, `Invalid field name for "timeField": ${timeField}`);
  if (metaField === '_id' || (metaField !== undefined && metaField === timeField))
    throw new StoreError(72, 'The "metaField" cannot be "_id" and cannot be the same as the "timeField"');
  if (granularity !== undefined && GRANULARITY[asWord(granularity)] === undefined)
    throw new StoreError(
      2,
      `Enumeration value '${asWord(granularity)}' for field 'create.timeseries.granularity' is not a valid value.`,
    );
  if (bucketMaxSpanSeconds !== undefined)
    return {
      timeseries: {
        timeField,
        ...(metaField !== undefined && { metaField }),
        bucketRoundingSeconds,
        bucketMaxSpanSeconds,
      },
    };
  const kind = granularity === undefined ? 'seconds' : asWord(granularity);
  return {
    timeseries: {
      timeField,
      ...(metaField !== undefined && { metaField }),
      granularity: kind,
      bucketMaxSpanSeconds: GRANULARITY[kind],
    },
  };
}

/** The index that a time series with a meta field is born with. */
export function timeseriesIndex({ timeseries }: Doc): { v: number; key: Doc; name: string } | undefined {
  if (!isDocument(timeseries) || timeseries.metaField === undefined) return undefined;
  const [meta, time] = [asWord(timeseries.metaField), asWord(timeseries.timeField)];
  return { v: 2, key: { [meta]: 1, [time]: 1 }, name: `${meta}_1_${time}_1` };
}

/** Refuses a document that a time series cannot take: each has a time. */
export function checkTime({ options }: Held, doc: Doc): void {
  if (!isDocument(options.timeseries)) return;
  const { timeField } = options.timeseries;
  if (!(doc[String(timeField)] instanceof Date))
    throw new StoreError(
      2,
      `'${String(timeField)}' must be present and contain a valid BSON UTC datetime value`,
    );
}

/** Refuses changes that a time series does not take: one document cannot be pointed out, and only its meta field can change. */
export function checkTimeseriesUpdate(
  { options }: Held,
  update: unknown,
  many: boolean,
  upsert: boolean,
): void {
  if (!isDocument(options.timeseries) || update === undefined) return;
  if (!many) throw new StoreError(72, 'Cannot perform a non-multi update on a time-series collection');
  if (upsert) throw new StoreError(72, 'Cannot perform an upsert on a time-series collection');
  const { metaField } = options.timeseries;
  const paths = isDocument(update)
    ? Object.values(update).flatMap((change) => Object.keys(change as Doc))
    : [];
  if (!isDocument(update) || paths.some((path) => path.split('.')[0] !== metaField))
    throw new StoreError(
      72,
      'Cannot perform an update on a time-series collection which updates a field that is not the metaField',
    );
}

/** Makes room in a capped collection: the oldest go until neither its size nor its number is passed; inside a transaction. */
export function trimCapped(
  collection: Held & { readonly count: number; readonly bytes: number },
  remove: (most: number) => number,
): void {
  const { capped, size, max } = collection.options;
  if (capped !== true) return;
  const most = max === undefined ? Infinity : Number(max);
  while (collection.count > 1 && (collection.count > most || collection.bytes > Number(size)))
    if (remove(Math.max(1, Math.min(100, collection.count - most))) === 0) return;
}
