import { testServiceKey } from '../key-tests.ts';

testServiceKey('models', {
  forms: [
    ['[llm]', { llm: null }],
    ['{llm: {endpoint_var: URL, model_var: NAME}}', { llm: { endpoint_var: 'URL', model_var: 'NAME' } }],
    ['{llm: }', { llm: null }],
  ],
  faults: [
    ['[lm]', 'unknown-model 4:14 lm'],
    ['{llm: {endpoint: x}}', 'unknown-key 4:20 endpoint'],
    ['llm', 'invalid-type 4:13 llm'],
  ],
  beside: 'models: {llm: {model: ai/x}}\n',
});
