/** Any LTI 1.3 platform, by the specification's own claims. */
import { ADAPTER_API_VERSION, defineAdapter, genericBase, genericSettings } from '../../src/adapter-sdk/index.js';

export const genericAdapter = defineAdapter({
  ...genericBase,
  id: 'generic',
  apiVersion: ADAPTER_API_VERSION,
  title: 'Other LTI 1.3 platform',
  proof: 'lti13',
  settings: genericSettings,
});
