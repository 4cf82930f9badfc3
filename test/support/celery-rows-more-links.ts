import { chain, chord, group } from 'celeriac';
import { BOOM, CHORD_ERROR, type Row } from './celery-world.ts';

/** Beyond the sample. */
export const MORE_LINKS: readonly Row[] = [
  {
    no: 'link',
    title: 'a failure calls no link',
    make: (t) => t.fail.si().link(t.echo.si('never')),
    fails: BOOM,
    log: [],
    dead: ['fail'],
  },
  {
    no: 'link',
    title: 'of a chord is that of its body',
    make: (t) => chord([t.id.s(1), t.id.s(2)], t.tsum.s()).link(t.rec.s('sum')),
    value: 3,
    log: ['sum:3'],
  },
  {
    no: 'link',
    title: 'of a chain that ends in a group gets the list',
    make: (t) => chain(t.id.s(1), group([t.add.s(1), t.add.s(2)])).link(t.rec.s('list')),
    value: [2, 3],
    log: ['list:[2,3]'],
  },
  {
    no: 'link',
    title: 'of a chain of one group as well',
    make: (t) => chain(group([t.id.s(1)])).link(t.rec.s('list')),
    value: [1],
    log: ['list:[1]'],
  },
  {
    no: 'link',
    title: 'may be a canvas, and its failure is its own',
    make: (t) => t.id.s(1).link(chain(t.add.s(1), group([t.rec.s('a'), t.fail.s()]), t.rec.s('never'))),
    value: 1,
    log: ['a:2'],
    dead: ['fail'],
  },
  {
    no: 'link',
    title: 'of a link',
    make: (t) => t.id.s(1).link(t.add.s(1).link(t.add.s(1).link(t.rec.s('third')))),
    value: 1,
    log: ['third:3'],
  },
  {
    no: 'link',
    title: 'of each of three chains in one another',
    make: (t) =>
      chain(chain(chain(t.id.s(1), t.add.s(1)).link(t.rec.s('a')), t.add.s(1)).link(t.rec.s('b')), t.add.s(1)).link(
        t.rec.s('c'),
      ),
    value: 4,
    log: ['a:2', 'b:3', 'c:4'],
  },
  {
    no: 'link',
    title: 'of chains that end at the same task: each once',
    make: (t) =>
      chain(t.id.s(1), chain(t.add.s(1), chain(t.add.s(1)).link(t.rec.s('a'))).link(t.rec.s('b'))).link(t.rec.s('c')),
    value: 3,
    log: ['a:3', 'b:3', 'c:3'],
  },
  {
    no: 'link',
    title: 'of an empty group, where it is a chain',
    make: (t) => chain(group([])).link(t.rec.s('list')),
    value: [],
    log: ['list:[]'],
  },
  {
    no: 'link',
    title: 'of a member, of a step in it, and of the body',
    make: (t) =>
      chord(
        [chain(t.id.s(1).link(t.rec.s('step')), t.add.s(1)).link(t.rec.s('member')), t.id.s(5)],
        t.tsum.s().link(t.rec.s('body')),
      ),
    value: 7,
    log: ['step:1', 'member:2', 'body:7'],
  },
  {
    no: 'link',
    title: 'of a map gets its list',
    make: (t) => t.id.map([1, 2]).link(t.rec.s('list')),
    value: [1, 2],
    log: ['list:[1,2]'],
  },
  {
    no: 'link',
    title: 'gets a result that is too large for a message',
    make: (t) =>
      t.large
        .s('x', 400_000)
        .link(chain(t.size.s(), t.rec.s('size')))
        .link(t.echo.si('other')),
    value: expectLarge(),
    log: ['size:400000', 'other'],
  },
  {
    no: 'ignoreResult',
    title: 'a result that is ignored is linked',
    make: (t) => t.ign.s(5).link(t.rec.s('rec')),
    value: null,
    log: ['rec:5'],
  },
  {
    no: 'errback',
    title: 'of a step that fails and of its chain',
    make: (t) => chain(t.id.s(1), t.fail.s().linkError(t.ebTag.s('step'))).linkError(t.ebTag.s('chain')),
    fails: BOOM,
    log: ['step', 'chain'],
    dead: ['fail'],
  },
  {
    no: 'errback',
    title: 'of a step that does not fail is not called',
    make: (t) => chain(t.fail.si(), t.id.s().linkError(t.ebTag.s('never'))),
    fails: BOOM,
    log: [],
    dead: ['fail'],
  },
  {
    no: 'errback',
    title: 'of each of three chains in one another',
    make: (t) =>
      chain(
        chain(chain(t.fail.si(), t.id.s()).linkError(t.ebTag.s('a')), t.id.s()).linkError(t.ebTag.s('b')),
        t.id.s(),
      ).linkError(t.ebTag.s('c')),
    fails: BOOM,
    log: ['a', 'b', 'c'],
    dead: ['fail'],
  },
  {
    no: 'errback',
    title: 'of a chain that is over is not called',
    make: (t) =>
      chain(chain(t.id.s(1), t.id.s()).linkError(t.ebTag.s('never')), t.fail.s()).linkError(t.ebTag.s('outer')),
    fails: BOOM,
    log: ['outer'],
    dead: ['fail'],
  },
  {
    no: 'errback',
    title: 'of a group that is a step: each member that fails',
    make: (t) => chain(t.id.s(1), group([t.fail.s(), t.add.s(1), t.fail.s()]).linkError(t.eb.s()), t.echo.s()),
    fails: CHORD_ERROR,
    log: ['eb:fail:E', 'eb:fail:E'],
    dead: ['fail', 'fail'],
  },
  {
    no: 'errback',
    title: 'of a group whose members are chains and chords: once each',
    make: (t) =>
      group([chain(t.id.s(1), t.fail.s(), t.id.s()), chord([t.fail.si(), t.fail.si()], t.id.s()), t.id.s(2)]).linkError(
        t.eb.s(),
      ),
    fails: BOOM,
    log: ['eb:fail:E', 'eb:id:ChordError'],
    dead: ['fail', 'fail', 'fail'],
  },
  {
    no: 'errback',
    title: 'of a group that does not begin is not called',
    make: (t) => chain(t.fail.si(), group([t.id.s(), t.id.s()]).linkError(t.ebTag.s('never'))),
    fails: BOOM,
    log: [],
    dead: ['fail'],
  },
  {
    no: 'errback',
    title: 'of the group in a chord, and of the chord',
    make: (t) => chord(group([t.fail.si(), t.id.s(1)]).linkError(t.eb.s()), t.id.s()).linkError(t.eb.s()),
    fails: CHORD_ERROR,
    log: ['eb:fail:E', 'eb:id:ChordError'],
    dead: ['fail'],
  },
  {
    no: 'errback',
    title: 'of a chain with a chord in its middle: the header fails',
    make: (t) => chain(t.id.s(1), chord([t.fail.s(), t.id.s()], t.id.s()), t.id.s()).linkError(t.eb.s()),
    fails: CHORD_ERROR,
    log: ['eb:id:ChordError'],
    dead: ['fail'],
  },
  {
    no: 'errback',
    title: 'of a member is not called for another',
    make: (t) => group([t.fail.si(), t.id.s(1).linkError(t.ebTag.s('never'))]),
    fails: BOOM,
    log: [],
    dead: ['fail'],
  },
  {
    no: 'errback',
    title: 'of a tolerant chord is not called for what it bears',
    make: (t) =>
      chord([t.fail.si().linkError(t.eb.s())], t.count.s(), { onError: 'settle' }).linkError(t.ebTag.s('never')),
    value: 1,
    log: ['eb:fail:E'],
    dead: ['fail'],
  },
  {
    no: 'errback',
    title: 'may be a canvas',
    make: (t) => t.fail.si().linkError(chain(t.eb.s(), t.echo.si('then'))),
    fails: BOOM,
    inOrder: ['eb:fail:E', 'then'],
    dead: ['fail'],
  },
  {
    no: 'errback',
    title: 'may be a chord',
    make: (t) => t.fail.si().linkError(chord([t.ebTag.s('a'), t.ebTag.s('b')], t.echo.si('both'))),
    fails: BOOM,
    log: ['a', 'b', 'both'],
    dead: ['fail'],
  },
  {
    no: 'errback',
    title: 'has an errback of its own',
    make: (t) => t.fail.si().linkError(t.ebFail.s().linkError(t.eb.s())),
    fails: BOOM,
    log: ['eb:ebFail:E'],
    dead: ['fail', 'ebFail'],
  },
  {
    no: 'errback',
    title: 'Reject calls it',
    make: (t) => t.reject.si().linkError(t.eb.s()),
    fails: { name: 'Reject' },
    log: ['eb:reject:Reject'],
    dead: ['reject'],
  },
  {
    no: 'errback',
    title: 'Ignore does not',
    make: (t) => t.ignore.si().linkError(t.eb.s()),
    fails: { code: 'TASK_IGNORED' },
    log: [],
  },
  {
    no: 'errback',
    title: 'of a task that nobody has',
    make: (t) => chain(t.elsewhere(), t.id.s()).linkError(t.eb.s()),
    fails: { code: 'UNKNOWN_TASK' },
    log: ['eb:nowhere:UnknownTaskError'],
    dead: ['nowhere'],
  },
];

function expectLarge(): unknown {
  return { x: 'x', text: 'x'.repeat(400_000) };
}
