import { isDocument, type Doc } from '../bson.js';
import { checkNamespace } from '../catalog.js';
import { fullCollation } from '../collation.js';
import type { Collection, Index } from '../collection.js';
import { searchNotEnabled, StoreError } from '../errors.js';
import { asWord, show } from '../types.js';
import { compileFilter } from '../match.js';
import { ofAllCommands } from '../command-fields.js';
import { binaryOrder, equalValues } from '../compare.js';
import { isNumeric, toDouble } from '../numbers.js';
import { buildIndexes, dropIndexes, indexDocument, makeUnique } from '../indexes.js';
import { checkValidation } from '../validation.js';
import { killedBy } from '../sessions.js';
import { specialOptions, timeseriesIndex } from '../special-collections.js';
import { checkView, checkViewCycle, isView, refuseView } from '../views.js';
import { validate } from './validate.js';
import { listReply, namespaceOf, type Call, type Handler } from './command.js';

/** MongoDB 8.0: the driver then sends what this engine was built for. */
export const SERVER_VERSION = '8.0.0';
const MAX_WIRE_VERSION = 25;

const hello: Handler = ({ engine, args, connection, name }) => ({
  ...(name === 'hello' ? { isWritablePrimary: true } : { ismaster: true }),
  ...(args.helloOk === true && { helloOk: true }),
  maxBsonObjectSize: 16 * 1024 * 1024,
  maxMessageSizeBytes: 48_000_000,
  maxWriteBatchSize: 100_000,
  localTime: engine.clock.now(),
  logicalSessionTimeoutMinutes: 30,
  connectionId: connection,
  minWireVersion: 0,
  maxWireVersion: MAX_WIRE_VERSION,
  readOnly: false,
  ok: 1,
});

const buildInfo: Handler = () => ({
  version: SERVER_VERSION,
  gitVersion: 'steward built-in store',
  modules: [],
  allocator: 'system',
  javascriptEngine: 'none',
  sysInfo: 'deprecated',
  versionArray: [8, 0, 0, 0],
  bits: 64,
  debug: false,
  maxBsonObjectSize: 16 * 1024 * 1024,
  storageEngines: ['lmdb'],
  ok: 1,
});

const COLLECTION_OPTIONS = [
  'validator',
  'validationLevel',
  'validationAction',
  'collation',
  'comment',
  'writeConcern',
  'expireAfterSeconds',
  'storageEngine',
  'indexOptionDefaults',
  'changeStreamPreAndPostImages',
  'autoIndexId',
];

const create: Handler = async (call) => {
  const { engine, args } = call;
  const namespace = namespaceOf(call);
  checkNamespace(namespace);
  if (args.encryptedFields)
    throw new StoreError(115, 'encrypted fields are not supported by the built-in store');
  const options: Doc = specialOptions(args);
  for (const name of COLLECTION_OPTIONS)
    if (args[name] !== undefined && !['comment', 'writeConcern'].includes(name)) options[name] = args[name];
  checkValidation('create', args);
  checkViewCycle(engine, namespace, args.viewOn);
  if (isDocument(options.validator)) {
    compileFilter(options.validator, { order: binaryOrder, variables: {} });
    options.validationLevel ??= 'strict';
    options.validationAction ??= 'error';
  }
  await engine.disk.write(() => {
    const there = engine.catalog.find(namespace);
    // The same collection once more is no error.
    if (there && equalValues(there.options, options)) return;
    if (there)
      throw new StoreError(
        48,
        `namespace ${namespace} already exists, but with different options: ${show(there.options)}`,
      );
    const made = engine.catalog.create(namespace, options);
    const index = timeseriesIndex(options);
    if (index) engine.addIndex(made, index);
  });
  return { ok: 1 };
};

const drop: Handler = async (call) => {
  const { engine } = call;
  const namespace = namespaceOf(call);
  const collection = engine.catalog.find(namespace);
  if (!collection) return { ok: 1 };
  const count = collection.indexes.length;
  await engine.disk.write(() => engine.catalog.drop(collection));
  engine.cursors.endNamespace(namespace, 'collection dropped');
  engine.tidy();
  return { nIndexesWas: count, ns: namespace, ok: 1 };
};

const dropDatabase: Handler = async ({ engine, database }) => {
  const collections = engine.catalog.all(database);
  await engine.disk.write(() => collections.forEach((collection) => engine.catalog.drop(collection)));
  for (const { namespace } of collections) engine.cursors.endNamespace(namespace, 'collection dropped');
  engine.tidy();
  return { ...(collections.length > 0 && { dropped: database }), ok: 1 };
};

/** Refuses a command that is about the whole server when it comes for another database. */
function onlyOnAdmin({ name, database }: Call): void {
  if (database !== 'admin') throw new StoreError(13, `${name} may only be run against the admin database.`);
}

const renameCollection: Handler = async (call) => {
  onlyOnAdmin(call);
  const { engine, args } = call;
  const [from, to] = [String(args.renameCollection), String(args.to)];
  checkNamespace(to);
  await engine.disk.write(() => {
    const source = engine.catalog.find(from);
    if (!source) throw new StoreError(26, `Source collection ${from} does not exist`);
    if (from === to) throw new StoreError(20, "Can't rename a collection to itself");
    refuseView(source, from);
    const target = engine.catalog.find(to);
    refuseView(target, to);
    if (target && args.dropTarget !== true) throw new StoreError(48, 'target namespace exists');
    if (target) engine.catalog.drop(target);
    engine.catalog.rename(source, to);
  });
  engine.cursors.endNamespace(from, `collection renamed from '${from}' to '${to}'`);
  engine.tidy();
  return { ok: 1 };
};

function collectionInfo(collection: Collection, nameOnly: boolean): Doc {
  const { name, uuid } = collection;
  const { collation } = collection.options;
  const options: Doc = {
    ...collection.options,
    ...(isDocument(collation) && { collation: fullCollation(collation) }),
  };
  const view = isView(collection);
  const type = view ? 'view' : options.timeseries === undefined ? 'collection' : 'timeseries';
  if (nameOnly) return { name, type };
  if (type !== 'collection') return { name, type, options, info: { readOnly: view } };
  return {
    name,
    type,
    options,
    info: { readOnly: false, uuid },
    idIndex: { v: 2, key: { _id: 1 }, name: '_id_' },
  };
}

const listCollections: Handler = (call) => {
  const { engine, args, database } = call;
  const nameOnly = args.nameOnly === true;
  const all = engine.catalog.all(database).map((collection) => collectionInfo(collection, nameOnly));
  const test = isDocument(args.filter)
    ? compileFilter(args.filter, { order: binaryOrder, variables: {} })
    : () => true;
  return listReply(call, `${database}.$cmd.listCollections`, all.filter(test));
};

const listDatabases: Handler = (call) => {
  onlyOnAdmin(call);
  const { engine, args } = call;
  const names = [...new Set(engine.catalog.all().map(({ database }) => database))].sort();
  const databases = names.map((name) => {
    const sizeOnDisk = engine.catalog
      .all(name)
      .reduce((sum, { namespace }) => sum + Number(engine.stats(namespace).size), 0);
    return args.nameOnly === true ? { name } : { name, sizeOnDisk, empty: false };
  });
  const test = isDocument(args.filter)
    ? compileFilter(args.filter, { order: binaryOrder, variables: {} })
    : () => true;
  const kept = databases.filter(test);
  return {
    databases: kept,
    ...(args.nameOnly !== true && {
      totalSize: kept.reduce((sum, entry) => sum + (entry.sizeOnDisk ?? 0), 0),
    }),
    ok: 1,
  };
};

const createIndexes: Handler = async (call) => {
  const namespace = namespaceOf(call);
  checkNamespace(namespace);
  if (call.args.commitQuorum !== undefined) throw new StoreError(2, "Standalones can't specify commitQuorum");
  return buildIndexes(call.engine, namespace, call.args.indexes);
};

const listIndexes: Handler = (call) => {
  const namespace = namespaceOf(call);
  const collection = call.engine.catalog.find(namespace);
  if (!collection) throw new StoreError(26, `ns does not exist: ${namespace}`);
  refuseView(collection, namespace);
  const { clusteredIndex } = collection.options;
  const shown = collection.indexes
    .filter(({ spec }) => !spec.building && !spec.free)
    .map((index) =>
      index.isId && isDocument(clusteredIndex)
        ? { ...clusteredIndex, clustered: true }
        : indexDocument(index),
    );
  return listReply(call, namespace, shown);
};

const dropIndexesCommand: Handler = (call) => dropIndexes(call.engine, namespaceOf(call), call.args.index);

const collMod: Handler = async (call) => {
  const { engine, args } = call;
  const namespace = namespaceOf(call);
  const reply: Doc = {};
  let unique: [Collection, Index] | undefined;
  await engine.disk.write(() => {
    const collection = engine.catalog.find(namespace);
    if (!collection) throw new StoreError(26, `ns does not exist: ${namespace}`);
    checkValidation('collMod', args);
    if (isDocument(args.validator)) compileFilter(args.validator, { order: binaryOrder, variables: {} });
    for (const name of ['validator', 'validationLevel', 'validationAction'] as const) {
      if (args[name] !== undefined) collection.options = { ...collection.options, [name]: args[name] };
    }
    if (args.viewOn !== undefined || args.pipeline !== undefined) {
      if (!isView(collection)) throw new StoreError(72, 'only a view has viewOn and pipeline');
      const { viewOn = collection.options.viewOn, pipeline = collection.options.pipeline } = args;
      checkView({ viewOn, pipeline });
      collection.options = { ...collection.options, viewOn, pipeline };
    }
    if (args.cappedSize !== undefined || args.cappedMax !== undefined) {
      if (collection.options.capped !== true) throw new StoreError(72, 'Collection must be capped.');
      const { cappedSize: size = collection.options.size, cappedMax: max = collection.options.max } = args;
      collection.options = { ...collection.options, ...specialOptions({ capped: true, size, max }) };
    }
    if (args.expireAfterSeconds !== undefined) {
      const { expireAfterSeconds: _old, ...options } = collection.options;
      if (options.timeseries === undefined && options.clusteredIndex === undefined)
        throw new StoreError(72, 'expireAfterSeconds is only supported on collections clustered by _id');
      collection.options =
        args.expireAfterSeconds === 'off'
          ? options
          : { ...options, expireAfterSeconds: args.expireAfterSeconds };
    }
    if (isDocument(args.index)) {
      const { name, keyPattern, expireAfterSeconds, hidden, prepareUnique } = args.index;
      const index = collection.indexes.find(
        ({ spec }) =>
          spec.name === name ||
          (isDocument(keyPattern) && JSON.stringify(spec.key) === JSON.stringify(keyPattern)),
      );
      if (!index)
        throw new StoreError(
          27,
          `cannot find index ${asWord(name ?? JSON.stringify(keyPattern))} for ns ${namespace}`,
        );
      if (expireAfterSeconds !== undefined) {
        const old = index.spec.expireAfterSeconds;
        if (old !== undefined) reply.expireAfterSeconds_old = BigInt(old);
        reply.expireAfterSeconds_new = BigInt(Number(expireAfterSeconds));
        index.spec.expireAfterSeconds = Number(expireAfterSeconds);
      }
      if (prepareUnique !== undefined) {
        reply.prepareUnique_old = index.spec.prepareUnique === true;
        reply.prepareUnique_new = prepareUnique === true;
        index.spec.prepareUnique = prepareUnique === true;
      }
      if (args.index.unique === true) unique = [collection, index];
      if (hidden !== undefined) {
        reply.hidden_old = index.spec.hidden === true;
        reply.hidden_new = hidden === true;
        index.spec.hidden = hidden === true;
      }
    }
    engine.catalog.save(collection);
  });
  if (unique) {
    await makeUnique(engine, ...unique);
    reply.unique_new = true;
  }
  return { ...reply, ok: 1 };
};

const dbStats: Handler = ({ engine, database }) => {
  const collections = engine.catalog.all(database);
  const stats = collections.map(({ namespace }) => engine.stats(namespace));
  const sum = (name: string): number => stats.reduce((total, entry) => total + Number(entry[name]), 0);
  const objects = sum('count');
  return {
    db: database,
    collections: collections.length,
    views: 0,
    objects,
    avgObjSize: objects === 0 ? 0 : sum('size') / objects,
    dataSize: sum('size'),
    storageSize: sum('size'),
    indexes: sum('nindexes'),
    indexSize: 0,
    totalSize: sum('size'),
    scaleFactor: 1,
    ok: 1,
  };
};

const collStats: Handler = (call) => {
  const namespace = namespaceOf(call);
  return { ns: namespace, ...call.engine.stats(namespace), ok: 1 };
};

/** A command that ends a transaction; none was ever begun here. */
const noTransaction: Handler = ({ name }) => {
  throw new StoreError(125, `${name} must be run within a transaction`);
};

/** Turns a collection into a capped one; its oldest documents go when it is too large. */
const convertToCapped: Handler = async (call) => {
  const namespace = namespaceOf(call);
  const { engine, args } = call;
  const options = specialOptions({ capped: true, size: args.size });
  await engine.disk.write(() => {
    const collection = engine.catalog.find(namespace);
    if (!collection) throw new StoreError(26, `source collection ${namespace} does not exist`);
    refuseView(collection, namespace);
    collection.options = { ...collection.options, ...options };
    engine.catalog.save(collection);
    collection.trim();
  });
  return { ok: 1 };
};

const serverStatus: Handler = ({ engine }) => ({
  host: 'built-in',
  version: SERVER_VERSION,
  process: 'steward',
  pid: BigInt(process.pid),
  uptime: process.uptime(),
  localTime: engine.clock.now(),
  connections: { current: 1, available: 1000, totalCreated: 1 },
  storageEngine: { name: 'lmdb', supportsCommittedReads: true, persistent: true },
  metrics: { cursor: { open: { total: BigInt(engine.cursors.size) } } },
  ok: 1,
});

const getParameter: Handler = ({ engine, args }) => {
  const known: Doc = {
    ttlMonitorSleepSecs: engine.sweepSeconds,
    featureCompatibilityVersion: { version: '8.0' },
    authenticationMechanisms: [],
    enableTestCommands: 0,
  };
  const wanted =
    args.getParameter === '*' ? Object.keys(known) : Object.keys(args).filter((name) => name in known);
  if (wanted.length === 0) throw new StoreError(72, 'no option found to get');
  return { ...Object.fromEntries(wanted.map((name) => [name, known[name]])), ok: 1 };
};

/** The one parameter that tests of expiring documents change. */
const setParameter: Handler = (call) => {
  onlyOnAdmin(call);
  const { engine, args } = call;
  const { ttlMonitorSleepSecs: seconds } = args;
  const [, name] = Object.keys(args).filter((field) => !ofAllCommands(field));
  if (name === undefined) throw new StoreError(72, 'no option found to set, use help:true to see options ');
  if (name !== 'ttlMonitorSleepSecs')
    throw new StoreError(
      72,
      `attempted to set unrecognized parameter [${name}], use help:true to see options `,
    );
  if (!isNumeric(seconds) || toDouble(seconds) < 1)
    throw new StoreError(2, `Invalid value for parameter ${name}: ${show(seconds)} is not greater than 0`);
  const was = engine.sweepSeconds;
  engine.sweepEvery(Math.trunc(toDouble(seconds)));
  return { was, ok: 1 };
};

const connectionStatus: Handler = () => ({
  authInfo: { authenticatedUsers: [], authenticatedUserRoles: [] },
  ok: 1,
});
const nothing: Handler = () => ({ ok: 1 });

/** Nothing is held for a session that is not in use. */
const namesSessions: Handler = ({ name, args }) => {
  killedBy(name, args[name]);
  return { ok: 1 };
};

/** All that a session has open here are its cursors. */
const endsSessions: Handler = ({ engine, name, args }) => {
  engine.cursors.endSessions(killedBy(name, args[name]));
  return { ok: 1 };
};

/** Nobody is known here by a password. */
const noUsers: Handler = () => {
  throw new StoreError(18, 'Authentication failed.');
};

const noSearch: Handler = () => {
  throw searchNotEnabled();
};

const noReplication: Handler = () => {
  throw new StoreError(76, 'not running with --replSet');
};

export const ADMIN_COMMANDS: Record<string, Handler> = {
  hello,
  isMaster: hello,
  ismaster: hello,
  ping: nothing,
  buildInfo,
  buildinfo: buildInfo,
  connectionStatus,
  getParameter,
  setParameter,
  serverStatus,
  create,
  drop,
  dropDatabase,
  renameCollection,
  listCollections,
  listDatabases,
  createIndexes,
  listIndexes,
  dropIndexes: dropIndexesCommand,
  deleteIndexes: dropIndexesCommand,
  collMod,
  dbStats,
  dbstats: dbStats,
  collStats,
  collstats: collStats,
  validate,
  endSessions: namesSessions,
  killSessions: endsSessions,
  killAllSessions: endsSessions,
  killAllSessionsByPattern: endsSessions,
  refreshSessions: namesSessions,
  startSession: ({ engine }) => ({ id: { id: engine.newUuid() }, timeoutMinutes: 30, ok: 1 }),
  commitTransaction: noTransaction,
  abortTransaction: noTransaction,
  convertToCapped,
  saslStart: noUsers,
  authenticate: noUsers,
  logout: nothing,
  createSearchIndexes: noSearch,
  updateSearchIndex: noSearch,
  dropSearchIndex: noSearch,
  mapReduce: () => {
    throw new StoreError(16149, 'cannot run map reduce without the js engine');
  },
  whatsmyuri: () => ({ you: '127.0.0.1:0', ok: 1 }),
  getLog: () => ({ totalLinesWritten: 0, log: [], ok: 1 }),
  getCmdLineOpts: () => ({ argv: ['steward'], parsed: {}, ok: 1 }),
  hostInfo: ({ engine }) => ({
    system: { currentTime: engine.clock.now(), hostname: 'built-in' },
    os: { type: process.platform },
    extra: {},
    ok: 1,
  }),
  listCommands: () => ({ commands: {}, ok: 1 }),
  replSetGetStatus: noReplication,
  replSetGetConfig: noReplication,
  usersInfo: () => ({ users: [], ok: 1 }),
  rolesInfo: () => ({ roles: [], ok: 1 }),
  currentOp: () => ({ inprog: [], ok: 1 }),
  fsync: nothing,
  profile: () => ({ was: 0, slowms: 100, sampleRate: 1, ok: 1 }),
  top: () => ({ totals: {}, ok: 1 }),
  getFreeMonitoringStatus: () => ({ state: 'disabled', ok: 1 }),
  getDefaultRWConcern: () => ({
    defaultReadConcern: { level: 'local' },
    defaultWriteConcern: { w: 1, wtimeout: 0 },
    ok: 1,
  }),
};
