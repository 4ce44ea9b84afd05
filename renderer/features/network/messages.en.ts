/** Texts of the view of the network. */
export const messages = {
  'network.title': 'Network',
  'network.figures': 'Figures of this node',
  'network.figure.commits': 'Commits',
  'network.figure.transactions': 'Transactions',
  'network.figure.p50': 'Half final in',
  'network.figure.p95': '95 % final in',
  'network.figure.mempool': 'On their way',

  'network.node': 'This node',
  'network.inSync': 'In sync',
  'network.asOf': 'As of {time}',
  'network.role': 'Role',
  'network.role.validator': 'Validator',
  'network.network': 'Network',
  'network.chain': 'Chain id',
  'network.chain.copy': 'Copy chain id',
  'network.round': 'Round',
  'network.stateRoot': 'State root',
  'network.stateRoot.copy': 'Copy state root',
  'network.dataDir': 'Data folder',
  'network.api': 'Interface for programs',
  'network.api.none': 'Not open',
  'network.process': 'Process',

  'network.peers': 'Peers',
  'network.peer.copy': 'Copy id of the peer',
  'network.peers.alone': 'This is a network of one',
  'network.peers.aloneText':
    'This node is the only validator of its chain: it agrees with itself and needs nobody else. Payments become final all the same.',
  'network.peers.none': 'No other validator is connected',
  'network.peers.noneText':
    'Payments wait until validators with more than two thirds of the stake are connected. Nothing is lost meanwhile.',

  'network.checkpoints': 'Checkpoints',
  'network.checkpoints.what': 'Signed by the validators: everything before one is provable to others',
  'network.checkpoints.none': 'No checkpoint yet',
  'network.checkpoints.noneText':
    'The validators sign a checkpoint every so many commits. The first comes after the first payments.',
  'network.checkpoints.older': 'Older checkpoints',
  'network.checkpoint.seq': 'No.',
  'network.checkpoint.time': 'Time',
  'network.checkpoint.commit': 'Commit',
  'network.checkpoint.signatures': 'Signatures',
  'network.checkpoint.hash': 'Hash',
  'network.checkpoint.copy': 'Copy hash of checkpoint {seq}',

  'network.storage': 'Storage',
  'network.storage.size': 'On disk',
  'network.storage.commits': 'Commits',
  'network.storage.transactions': 'Transactions',
  'network.storage.journal': 'Journal records',
  'network.storage.schema': 'Version of the tables',
  'network.storage.verify': 'Verify',
  'network.storage.verifyWhat':
    'Verifying replays everything from the genesis and compares it with what is stored. It may take minutes; the node goes on meanwhile.',
  'network.storage.verifying': 'Replaying everything from the genesis…',
  'network.storage.intact': 'Everything adds up, as of {time}',
  'network.storage.intactText':
    '{commits, plural, one {# commit} other {# commits}} with {transactions, plural, one {# transaction} other {# transactions}} replayed; the state root is the stored one:',
  'network.storage.damaged': 'What is stored does not add up',
  'network.storage.damagedText':
    'Do not send payments from this node. Keep a copy of the data folder and restore from your recovery phrase on a fresh one; the ledger of the other validators is not affected.',

  'network.audit': 'Audit log',
  'network.audit.verify': 'Verify',
  'network.audit.intact':
    '{entries, plural, one {# entry follows} other {All # entries follow}} from the ones before: nothing was changed or taken out. As of {time}.',
  'network.audit.broken': 'The audit log was changed or damaged',
  'network.audit.problem': 'First at line {line, number} of {file}:',
  'network.audit.none': 'Nothing has been recorded yet',
  'network.audit.seq': 'No.',
  'network.audit.time': 'Time',
  'network.audit.action': 'What',
  'network.audit.details': 'Details',
} as const
