/** Texts of the forms for passwords and phrases. */
export const messages = {
  'secrets.cancel': 'Cancel',
  'secrets.back': 'Back',
  'secrets.continue': 'Continue',
  'secrets.advanced': 'Advanced',

  'secrets.password': 'Password',
  'secrets.password.new': 'New password',
  'secrets.password.current': 'Current password',
  'secrets.password.repeat': 'Repeat the password',
  'secrets.password.advice':
    'At least {count} characters, any you like. Several unrelated words are easy to remember and hard to guess.',
  'secrets.password.missing': 'Type the password.',
  'secrets.password.short': 'The password needs at least {count, plural, one {# character} other {# characters}}.',
  'secrets.password.long': 'The password is too long.',
  'secrets.password.differ': 'The two passwords are not the same.',
  'secrets.password.same': 'The new password is the old one.',
  'secrets.password.wrong': 'That is not the password.',

  'secrets.strength.0': 'Falls at once',
  'secrets.strength.1': 'Weak',
  'secrets.strength.2': 'Fair',
  'secrets.strength.3': 'Good',
  'secrets.strength.4': 'Strong',
  'secrets.strength.time':
    '{level}. Somebody who stole the vault file and rents many machines would need about {time}.',
  'secrets.strength.none': 'Rated as you type, on this computer only.',
  'secrets.strength.seconds': '{count, plural, one {a second} other {# seconds}}',
  'secrets.strength.minutes': '{count, plural, one {a minute} other {# minutes}}',
  'secrets.strength.hours': '{count, plural, one {an hour} other {# hours}}',
  'secrets.strength.days': '{count, plural, one {a day} other {# days}}',
  'secrets.strength.months': '{count, plural, one {a month} other {# months}}',
  'secrets.strength.years': '{count, plural, one {a year} other {# years}}',
  'secrets.strength.centuries': '{count, plural, one {a century} =10 {many centuries} other {# centuries}}',

  'secrets.retry.title': 'Too many wrong passwords',
  'secrets.retry.wait': 'The next attempt is possible in {seconds, plural, one {# second} other {# seconds}}.',

  'secrets.passphrase': 'Passphrase',
  'secrets.passphrase.create':
    'A text of your own that belongs to the 24 words (BIP-39). Without it, exactly as typed, the words open another, empty vault. It is stored nowhere; only backup files do without it. Leave it empty if you are not sure.',
  'secrets.passphrase.restore':
    'Only if the vault was made with one. A wrong passphrase is not noticed: it opens another, empty vault.',
  'secrets.passphrase.repeat': 'Repeat the passphrase',
  'secrets.passphrase.differ': 'The two passphrases are not the same.',

  'secrets.create.step.password': 'Password',
  'secrets.create.step.write': 'Write down',
  'secrets.create.step.check': 'Check',
  'secrets.create.password.intro': 'The password encrypts the wallet on this computer. You will type it to unlock.',
  'secrets.create.ready.title': 'Next come 24 words, shown once',
  'secrets.create.ready.text':
    'They are the money: whoever has them can spend it, and without them nobody can bring it back. Have pen and paper at hand, and be alone.',
  'secrets.create.ready.confirm': 'I have pen and paper, and nobody is looking',
  'secrets.create.ready.missing': 'Say that you are ready: the words cannot be shown a second time.',
  'secrets.create.submit': 'Create and show the words',
  'secrets.create.pending': 'Making the keys…',
  'secrets.create.write.intro': 'Write these words down, in this order. Not a photo, not a file.',
  'secrets.create.write.hidden': 'Hidden until you say so, and whenever you look at another window.',
  'secrets.create.write.reveal': 'Show the words',
  'secrets.create.write.hide': 'Hide',
  'secrets.create.write.list': 'Recovery phrase',
  'secrets.create.write.done': 'I have written them down',
  'secrets.create.write.first': 'Show the words first.',
  'secrets.create.check.intro': 'Type these {count} words from your paper.',
  'secrets.create.check.submit': 'Check',
  'secrets.create.check.wrong':
    '{count, plural, one {One word is} other {# words are}} not as shown. Look at your paper again, or go back to the words.',
  'secrets.create.check.missing': 'Type all {count} words.',
  'secrets.create.leave.title': 'Close without checking?',
  'secrets.create.leave.text':
    'The wallet exists, and its words will not be shown again. Without them on paper, all that can bring your money back is a backup file and its password.',
  'secrets.create.leave.stay': 'Go on here',
  'secrets.create.leave.go': 'Close all the same',

  'secrets.restore.step.words': 'Words',
  'secrets.restore.step.password': 'Password',
  'secrets.restore.words.intro':
    'Type the words in their order, or paste them all into the first field. A few letters of each are enough.',
  'secrets.restore.words.label': 'Words of the recovery phrase',
  'secrets.restore.word': 'Word {position}',
  'secrets.restore.word.unknown': 'Not in the list of words',
  'secrets.restore.status.count': '{known} of 24 words',
  'secrets.restore.status.unknown':
    '{count, plural, one {Word {positions} is} other {Words {positions} are}} not in the list.',
  'secrets.restore.status.checksum':
    'All words are in the list, but not in this order: one of them is wrong or out of place. Compare them with your paper.',
  'secrets.restore.status.complete': 'All 24 words fit together.',
  'secrets.restore.status.tooMany': 'There were more words than fields; the rest was left out.',
  'secrets.restore.words.missing': 'Fill in all 24 words first.',
  'secrets.restore.clear': 'Empty all',
  'secrets.restore.password.intro': 'A new password for this computer. It need not be the one you had.',
  'secrets.restore.accounts': 'Accounts to bring back',
  'secrets.restore.accounts.help':
    'Those that the ledger has seen are found by themselves. Say more only if you gave out addresses that nobody has paid yet.',
  'secrets.restore.accounts.range': 'A whole number from 1 to {most}.',
  'secrets.restore.submit': 'Restore',
  'secrets.restore.pending': 'Making the keys and looking for your accounts on the ledger…',
  'secrets.restore.pending.note':
    'This takes a few seconds, longer with many accounts. It goes on when you leave this window.',

  'secrets.restoreBackup.intro': 'A file that this program saved, and the password that the wallet had at that time.',
  'secrets.restoreBackup.file': 'Backup file',
  'secrets.restoreBackup.choose': 'Choose a file…',
  'secrets.restoreBackup.change': 'Choose another…',
  'secrets.restoreBackup.drop': 'or drop it here',
  'secrets.restoreBackup.chosen': '{name}, {size}',
  'secrets.restoreBackup.missing': 'Choose the backup file.',
  'secrets.restoreBackup.empty': 'This file is empty.',
  'secrets.restoreBackup.too-large': 'This file is too large to be a backup.',
  'secrets.restoreBackup.not-a-backup': 'This file is not a backup of a wallet.',
  'secrets.restoreBackup.unreadable': 'This file could not be read.',
  'secrets.restoreBackup.password': 'Password of the backup',
  'secrets.restoreBackup.submit': 'Restore',
  'secrets.restoreBackup.pending': 'Opening the backup…',

  'secrets.unlock.submit': 'Unlock',
  'secrets.unlock.pending': 'Unlocking…',

  'secrets.change.intro': 'Backups made before keep the password they were made with. The 24 words stay the same.',
  'secrets.change.submit': 'Change the password',
  'secrets.change.pending': 'Encrypting anew…',

  'secrets.backup.intro':
    'One file with your keys, which nobody can read without the password, and with names and addresses of your accounts, which whoever has the file can read. Keep it on another device. It opens with the password of now, also after you change it.',
  'secrets.backup.submit': 'Save the backup…',
  'secrets.backup.pending': 'Encrypting…',
  'secrets.backup.unsaved': 'The backup was not saved. Nothing was left on the disk.',

  'secrets.seal.intro': 'Sealed, the wallet opens with your password, this token and its PIN together.',
  'secrets.seal.key': 'Key',
  'secrets.seal.token': 'Token',
  'secrets.seal.protects':
    'Whoever steals this computer, its disk or a copy of the wallet’s file has nothing to guess at without the token, however weak the password is.',
  'secrets.seal.open': 'While the wallet is open its keys are in memory as ever: a malicious program could use them.',
  'secrets.seal.backups':
    'Backups that you save from now on are sealed too. Those from before, and other copies, still open with the password alone.',
  'secrets.seal.lost': 'If the token is lost or breaks',
  'secrets.seal.lost.text':
    'Then the wallet and its sealed backups do not open any more. The 24 words are the way out, and a backup from before the seal.',
  'secrets.seal.phrase': 'I have my 24 words on paper',
  'secrets.seal.phrase.missing': 'Make sure of the words first: without them a lost token is lost money.',
  'secrets.seal.submit': 'Seal the wallet',
  'secrets.seal.pending': 'Sealing…',
  'secrets.unseal.intro': 'From here on the password alone opens the wallet: choose one that is hard to guess.',
  'secrets.unseal.backups':
    'Backups saved while it was sealed stay so. Keep the key on the token as long as you keep them, or save a new one.',
  'secrets.unseal.submit': 'Take the seal off',
  'secrets.unseal.pending': 'Taking the seal off…',
} as const
