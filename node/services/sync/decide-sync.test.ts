import { describe, expect, it } from 'vitest'
import { decideSync, type PeerPlace } from './decide-sync.ts'

const peer = (fields: Partial<PeerPlace> = {}): PeerPlace => ({
  commitIndex: 5_000,
  replayFrom: { epoch: 6, round: 1 },
  isSnapshotAhead: true,
  ...fields,
})
const own = { epoch: 7, leaderRound: 300, commitIndex: 4_000 }

describe('how a node comes to the head', () => {
  it('is by nothing where nobody is ahead by more than what is under way', () => {
    expect(decideSync({ ...own, commitIndex: 4_990 }, [peer()])).toBe('live')
    expect(decideSync({ ...own, commitIndex: 6_000 }, [peer()])).toBe('live')
    expect(decideSync(own, [])).toBe('live')
    const gone = peer({ replayFrom: { epoch: 9, round: 1 }, commitIndex: 4_003 })
    expect(decideSync(own, [gone])).toBe('snapshot')
  })

  it('is by replay where somebody still has all that is missing', () => {
    expect(decideSync(own, [peer()])).toBe('replay')
    expect(decideSync({ ...own, epoch: 6, leaderRound: 0 }, [peer()])).toBe('replay')
    expect(decideSync(own, [peer({ replayFrom: { epoch: 7, round: 301 } })])).toBe('replay')
    expect(decideSync(own, [peer({ replayFrom: { epoch: 9, round: 1 } }), peer()])).toBe('replay')
  })

  it('is by a snapshot where nobody has', () => {
    expect(decideSync(own, [peer({ replayFrom: { epoch: 8, round: 1 } })])).toBe('snapshot')
    expect(decideSync(own, [peer({ replayFrom: { epoch: 7, round: 302 } })])).toBe('snapshot')
    // Who has more is no help where it is not ahead.
    const behind = peer({ commitIndex: 3_000, replayFrom: { epoch: 0, round: 1 } })
    expect(decideSync(own, [peer({ replayFrom: { epoch: 8, round: 1 } }), behind])).toBe('snapshot')
  })

  it('is by a snapshot for who begins far behind, and by replay for who begins near', () => {
    const empty = { epoch: 0, leaderRound: 0, commitIndex: 0 }
    const young = { replayFrom: { epoch: 0, round: 1 } }
    expect(decideSync(empty, [peer(young)])).toBe('snapshot')
    expect(decideSync(empty, [peer({ ...young, commitIndex: 500 })])).toBe('replay')
    expect(decideSync(empty, [peer({ ...young, isSnapshotAhead: false })])).toBe('replay')
  })

  it('is not to be had where it is gone and there is no checkpoint', () => {
    expect(decideSync(own, [peer({ replayFrom: { epoch: 8, round: 1 }, isSnapshotAhead: false })])).toBe('stuck')
  })
})
