import assert from 'node:assert/strict';
import { isInPilot, previewPilot } from '../../../src/platforms/pilot.js';
import type { TenantId } from '../../../src/runtime/ids.js';

const limits = { courseKeys: ['15'], deploymentIds: ['d2'], contact: 'Ada' };
const tenantId = 't' as TenantId;

describe('a pilot', () => {
  it('serves launches of a listed course or a listed deployment, and no others', () => {
    assert.equal(isInPilot(limits, { courseKey: '15', deploymentId: 'd1' }), true);
    assert.equal(isInPilot(limits, { courseKey: '16', deploymentId: 'd2' }), true);
    assert.equal(isInPilot(limits, { courseKey: '16', deploymentId: 'd1' }), false);
    assert.equal(isInPilot(limits, { deploymentId: 'd1' }), false);
    assert.equal(isInPilot({ ...limits, courseKeys: [] }, {}), false);
  });

  it('counts what it would have done to launches that happened, each course once', () => {
    const launches = [
      { tenantId, courseKey: '15', deploymentId: 'd1' },
      { tenantId, courseKey: '16', deploymentId: 'd1' },
      { tenantId, courseKey: '16', deploymentId: 'd1' },
      { tenantId: 'u' as TenantId, courseKey: '16', deploymentId: 'd1' },
      { tenantId, deploymentId: 'd1' },
    ];
    assert.deepEqual(previewPilot(limits, launches), { served: 1, refused: 4, refusedCourses: 2 });
  });

  it('leaves out launches that failed before anybody knew whose they were', () => {
    assert.deepEqual(previewPilot(limits, [{ deploymentId: 'd1' }]), { served: 0, refused: 0, refusedCourses: 0 });
  });
});
