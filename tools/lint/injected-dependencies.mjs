/** A component's end, as `ngOnDestroy` is: nothing that a test would have to replace. */
const notCounted = new Set(['DestroyRef']);

/**
 * What a class is given by Nest or Angular: the parameters of a decorated class's constructor, and what is named in its
 * calls of `inject`. With more than `most` it has two jobs.
 */
export const injectedDependencies = {
  meta: {
    type: 'problem',
    schema: [{ type: 'object', properties: { most: { type: 'integer' } } }],
    messages: { many: '{{name}} has {{count}} injected dependencies, at most {{most}}: {{tokens}}' },
  },
  create: (context) => {
    const { most } = context.options[0];
    const text = (node) => context.sourceCode.getText(node);
    const classes = [];
    const enter = (node) => classes.push({ node, tokens: new Set() });
    const leave = () => {
      const { node, tokens } = classes.pop();
      const counted = [...tokens].filter((token) => !notCounted.has(token));
      if (counted.length <= most) return;
      const data = { name: node.id?.name ?? 'this class', count: counted.length, most, tokens: counted.join(', ') };
      context.report({ node: node.id ?? node, messageId: 'many', data });
    };
    return {
      ClassDeclaration: enter,
      ClassExpression: enter,
      'ClassDeclaration:exit': leave,
      'ClassExpression:exit': leave,
      'MethodDefinition[kind="constructor"]': ({ value }) => {
        const { node, tokens } = classes.at(-1);
        if (node.decorators?.length > 0) for (const parameter of value.params) tokens.add(text(parameter));
      },
      'CallExpression[callee.name="inject"]': ({ arguments: [token] }) =>
        token && classes.at(-1)?.tokens.add(text(token)),
    };
  },
};
