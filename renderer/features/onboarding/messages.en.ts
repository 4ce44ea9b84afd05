/** Texts of the first start, the lock screen, and the reminders about phrase and backup. */
export const messages = {
  'onboarding.title': 'Welcome',
  'onboarding.back': 'Back',
  'onboarding.progress': 'First start',

  'onboarding.step.network': 'Network',
  'onboarding.step.start': 'Wallet',
  'onboarding.step.name': 'Account',

  'onboarding.welcome.title': 'Your own wallet, on your own node',
  'onboarding.welcome.text':
    'QuDAG Exchange keeps rUv, a resource credit, on a ledger whose signatures withstand quantum computers. It runs on this computer and asks nobody else’s server.',
  'onboarding.welcome.keys': 'Your keys never leave this computer',
  'onboarding.welcome.keys.text':
    'They are encrypted under your password. Nobody can reset it, and nobody can freeze your account.',
  'onboarding.welcome.phrase': '24 words bring everything back',
  'onboarding.welcome.phrase.text': 'You will write them on paper. Whoever has the paper has the money.',
  'onboarding.welcome.final': 'Payments are final in about a second',
  'onboarding.welcome.final.text': 'What is final cannot be taken back, by anyone. Read the review before you send.',
  'onboarding.welcome.begin': 'Begin',

  'onboarding.network.title': 'Which network?',
  'onboarding.network.text': 'Each network is a ledger of its own. Money and addresses of one mean nothing on another.',
  'onboarding.network.label': 'Network',
  'onboarding.network.dev': 'Development network',
  'onboarding.network.dev.text':
    'One validator on this computer, and test money for the asking. Made for trying things out: nothing here is worth anything.',
  'onboarding.network.join': 'Another network',
  'onboarding.network.join.text':
    'Shared with others, by its genesis file or a link that whoever runs it has given you.',
  'onboarding.network.running': 'Running',
  'onboarding.network.other': 'Network {network}',
  'onboarding.network.other.text': 'The network that this node was started on, from a genesis file.',

  'onboarding.start.title': 'How do you want to begin?',
  'onboarding.start.create': 'Create a wallet',
  'onboarding.start.create.text': 'New keys and 24 new words. Takes about five minutes, with pen and paper.',
  'onboarding.start.restore': 'Restore from 24 words',
  'onboarding.start.restore.text': 'You have the words of a wallet that was made before.',
  'onboarding.start.backup': 'Restore from a backup file',
  'onboarding.start.backup.text': 'You have a file that this program saved, and its password.',
  'onboarding.start.watch': 'Only watch an account',
  'onboarding.start.watch.text': 'See the balance of an address. No keys, no password; you can create a wallet later.',

  'onboarding.secret.title': 'Go on in the other window',
  'onboarding.secret.text':
    'Passwords and words are typed and shown in a window of their own, which is gone when you are done. Nothing of them comes here.',
  'onboarding.secret.show': 'Show the window',
  'onboarding.secret.dialog': 'One moment…',

  'onboarding.watch.title': 'Watch an account',
  'onboarding.watch.text':
    'Anybody may look at an account whose address is known. To spend from it takes its keys, which stay where they are.',
  'onboarding.watch.address': 'Address',
  'onboarding.watch.address.missing': 'Type or paste an address.',
  'onboarding.watch.address.checksum': 'This is not an address: a character is wrong, missing or out of place.',
  'onboarding.watch.address.network': 'This is an address of another network.',
  'onboarding.watch.name': 'Name (optional)',
  'onboarding.watch.submit': 'Watch',

  'onboarding.name.title': 'Name your first account',
  'onboarding.name.text': 'A wallet can hold many accounts. The name stays on this computer.',
  'onboarding.name.label': 'Name',
  'onboarding.name.suggestion': 'Everyday',
  'onboarding.name.submit': 'Create the account',
  'onboarding.name.invalid': 'A name has up to 64 characters that can be seen, and does not look like an address.',
  'onboarding.name.locked': 'The wallet has locked itself meanwhile.',
  'onboarding.name.unlock': 'Unlock',
  'onboarding.name.later': 'Later',

  'onboarding.token': 'I have a hardware token',
  'onboarding.token.text':
    'The account can need a token for each payment, beside this wallet: then a copy of the wallet alone cannot pay, and without the token neither can you. Pair a key that “signs together with the wallet”; every token with P-256 has one. This can wait: other accounts can be made later.',
  'onboarding.token.pair': 'Pair a key…',

  'onboarding.restored.title': '{count, plural, one {# account is} other {# accounts are}} back',
  'onboarding.restored.text': 'Names stayed on the other computer: give them again, now or later.',
  'onboarding.restored.backupText': 'With the names that they had when the backup was made.',
  'onboarding.restored.name': 'Name of the account {address}',
  'onboarding.restored.unnamed': 'Account {number}',
  'onboarding.restored.submit': 'Continue',

  'onboarding.done.title': 'Your wallet is ready',
  'onboarding.done.watching': 'The account is being watched',
  'onboarding.done.address': 'Your address',
  'onboarding.done.address.text': 'Give it to whoever wants to pay you. It is public.',
  'onboarding.done.money': 'Get test money',
  'onboarding.done.money.text': 'This network gives away money that is worth nothing, so that you can try everything.',
  'onboarding.done.money.asked': 'Test money is on its way',
  'onboarding.done.backup': 'Save a backup',
  'onboarding.done.backup.text':
    'An encrypted file is the quickest way back, names included. The words on paper remain the last one.',
  'onboarding.done.backup.saved': 'Backup saved',
  'onboarding.done.open': 'Open the wallet',

  'onboarding.unconfirmed.title': 'Recovery phrase not confirmed',
  'onboarding.unconfirmed.text':
    'The window was closed before the words were checked. They are not shown again. If they are not on paper: save an encrypted backup now, and for larger amounts create a wallet in another data folder and send the money there.',
  'onboarding.unconfirmed.backup': 'Save a backup',
  'onboarding.unconfirmed.claim': 'I have all 24 words on paper',

  'onboarding.drill.title': 'Can you still get back in?',
  'onboarding.drill.text':
    'Phrase and backup were last seen to {since}. See that the paper is where you think it is, and save a new backup.',
  'onboarding.drill.seen': 'I have looked: the paper is there',

  'lock.title': 'Locked',
  'lock.text': 'The keys are encrypted. The node goes on: payments to you arrive all the same.',
  'lock.unlock': 'Unlock',
  'lock.unlock.window': 'The password is typed in a window of its own.',
  'lock.waiting': 'Waiting for the other window…',
  'lock.retry': 'The next attempt is possible in {seconds, plural, one {# second} other {# seconds}}.',
  'lock.auto.never': 'It does not lock by itself.',
  'lock.auto': 'It locks by itself after {minutes, plural, one {# minute} other {# minutes}} without use.',
  'lock.forgotten': 'Forgot the password?',
  'lock.forgotten.text':
    'Nobody can reset it, and it is nowhere. With your 24 words, or with a backup whose password you know, you get everything back:',
  'lock.lostToken': 'Forgot the password, or lost the token?',
  'lock.lostToken.text':
    'Nobody can reset or replace them. With your 24 words, or with a backup from before the seal whose password you know, you get everything back. Backups made while it was sealed need the token too.',
  'lock.forgotten.step1': 'Stop this program and its node.',
  'lock.forgotten.step2': 'In the data folder, rename vault.json. Do not delete it: the password may come back to you.',
  'lock.forgotten.step3': 'Start again, and choose to restore from 24 words or from a backup file.',
  'lock.forgotten.folder': 'Data folder',
} as const
