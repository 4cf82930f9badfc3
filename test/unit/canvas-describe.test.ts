import { inspect } from 'node:util';
import { chain, chord, createApp, group, type ImmutableSignature, InvalidOptionError } from 'celeriac';
import { describe, expect, it } from 'vitest';
import { MAX_CANVAS_DEPTH } from '../../src/canvas/canvas-depth.ts';

const app = createApp('describe');
// biome-ignore lint/suspicious/noExplicitAny: each may stand anywhere
const task = (name: string) => app.task(name, {}, (x: any) => x);
const [fetch, transform, chunk, save, tell, onFail] = ['fetch', 'transform', 'chunk', 'save', 'tell', 'onFail'].map(
  (name) => task(`shop.${name}`),
) as [Any, Any, Any, Any, Any, Any];
type Any = ReturnType<typeof task>;

const nothing = group([]) as unknown as ImmutableSignature<[]>;
const workflow = chain(
  fetch.s('secret'),
  transform.s(),
  group(Array.from({ length: 100 }, (_, n) => chunk.si(n))),
  save.s().link(tell.s()).onError(onFail.s()),
  group([
    chain(fetch.s(), tell.s()),
    chord([fetch.s(), nothing], save.s(), { onError: { atLeast: 1 } }),
    chunk.map([1, 2, 3]),
  ]),
  chunk.chunks([[1], [2], [3], [4], [5]], 1),
).onError(chain(onFail.s(), tell.s()));

describe('describe', () => {
  it('draws a tree of names and counts', () => {
    expect(`\n${workflow.describe()}\n`).toBe(`
chain of 6 steps
├─ shop.fetch
├─ shop.transform
├─ group of 100
│  ├─ shop.chunk
│  ├─ shop.chunk
│  └─ × 98 more
├─ shop.save
│  ├─ link: shop.tell
│  └─ on error: shop.onFail
├─ group of 3
│  ├─ chain of 2 steps
│  │  ├─ shop.fetch
│  │  └─ shop.tell
│  ├─ chord, if at least 1 succeed
│  │  ├─ header: group of 2
│  │  │  ├─ shop.fetch
│  │  │  └─ group of 0
│  │  └─ body: shop.save
│  └─ shop.chunk, map of 3 items
├─ group of 5
│  ├─ shop.chunk, starmap of 1 item
│  ├─ shop.chunk, starmap of 1 item
│  └─ × 3 more
└─ on error: chain of 2 steps
   ├─ shop.onFail
   └─ shop.tell
`);
  });

  it('is what console.log shows', () => {
    expect(inspect(workflow)).toBe(workflow.describe());
    expect(inspect(workflow)).not.toContain('secret');
    expect(inspect({ step: fetch.s('secret') })).toBe('{ step: shop.fetch }');
  });

  it('draws a flowchart', () => {
    expect(`\n${workflow.describe({ format: 'mermaid' })}\n`).toBe(`
flowchart TD
  subgraph n1["chain of 6 steps"]
    n2["shop.fetch"]
    n3["shop.transform"]
    subgraph n4["group of 100"]
      n5["shop.chunk"]
      n6["shop.chunk"]
      n7["× 98 more"]
    end
    n8["shop.save"]
    n9["shop.tell"]
    n8 -.->|"link"| n9
    n10["shop.onFail"]
    n8 -.->|"on error"| n10
    subgraph n11["group of 3"]
      n12["shop.fetch"]
      n13["shop.tell"]
      n12 --> n13
      subgraph n14["group of 2"]
        n15["shop.fetch"]
        n16["group of 0"]
      end
      n17["shop.save"]
      n14 -->|"if at least 1 succeed"| n17
      n18["shop.chunk, map of 3 items"]
    end
    subgraph n19["group of 5"]
      n20["shop.chunk, starmap of 1 item"]
      n21["shop.chunk, starmap of 1 item"]
      n22["× 3 more"]
    end
    n2 --> n3
    n3 --> n4
    n4 --> n8
    n8 --> n11
    n11 --> n19
  end
  n23["shop.onFail"]
  n24["shop.tell"]
  n23 --> n24
  n1 -.->|"on error"| n23
`);
  });

  it('is one line for one task', () => {
    expect(fetch.s(1).describe()).toBe('shop.fetch');
    expect(fetch.s(1).describe({ format: 'text' })).toBe('shop.fetch');
    expect(fetch.s(1).describe({ format: 'mermaid' })).toBe('flowchart TD\n  n1["shop.fetch"]');
  });

  it('never shows an argument', () => {
    for (const format of ['text', 'mermaid'] as const) expect(workflow.describe({ format })).not.toContain('secret');
  });

  it('does not read a stream, and counts it once it is listed', () => {
    function* stream() {
      for (let n = 0; n < 3; n++) yield chunk.s(n);
    }
    const streamed = group(stream());
    expect(streamed.describe()).toBe('group of a stream');
    expect(streamed.describe({ format: 'mermaid' })).toBe('flowchart TD\n  n1["group of a stream"]');
    streamed.toJSON();
    expect(streamed.describe()).toBe('group of 3\n├─ shop.chunk\n├─ shop.chunk\n└─ shop.chunk');
  });

  it('folds equal neighbours only', () => {
    const members = [chunk, save, chunk, chunk, chunk, chunk, save].map((one) => one.s());
    expect(group(members).describe().split('\n').slice(1)).toEqual([
      '├─ shop.chunk',
      '├─ shop.save',
      '├─ shop.chunk',
      '├─ shop.chunk',
      '├─ × 2 more',
      '└─ shop.save',
    ]);
    const chains = Array.from({ length: 5 }, () => chain(chunk.s(), save.s()));
    expect(group(chains).describe()).toContain('└─ × 3 more');
  });

  it.each([
    ['settle', 'whatever fails'],
    [{ atLeast: 3 }, 'if at least 3 succeed'],
    [{ maxFailures: 2 }, 'if at most 2 fail'],
  ] as const)('says what a chord bears: %o', (onError, text) => {
    const tolerant = chord([fetch.s(1), fetch.s(2), fetch.s(3)], save.s(), { onError });
    expect(tolerant.describe()).toContain(`chord, ${text}\n`);
    expect(tolerant.describe({ format: 'mermaid' })).toContain(`-->|"${text}"|`);
  });

  it('lets no name break out of its line or its quotes', () => {
    const odd = app.signature('a\nb\u2028"]; <script> #x `y` \\');
    expect(odd.describe()).toBe('a b "]; <script> #x `y` \\');
    expect(odd.describe({ format: 'mermaid' })).toBe(
      'flowchart TD\n  n1["a b #34;]; #60;script#62; #35;x #96;y#96; #92;"]',
    );
  });

  it('is quick for what is deep or wide', () => {
    let deep = group([fetch.s(1), fetch.s(2)]);
    for (let depth = 3; depth < MAX_CANVAS_DEPTH; depth++) deep = group([deep, save.s(1)]) as never;
    expect(deep.describe().split('\n')).toHaveLength(2 * MAX_CANVAS_DEPTH - 3);
    expect(deep.describe({ format: 'mermaid' }).split('\n').length).toBeGreaterThan(MAX_CANVAS_DEPTH);
    const wide = group(Array.from({ length: 100_000 }, () => chunk.s(1)));
    expect(wide.describe().split('\n')).toHaveLength(4);
  });

  it('knows no other format', () => {
    expect(() => workflow.describe({ format: 'svg' as never })).toThrow(InvalidOptionError);
  });
});
