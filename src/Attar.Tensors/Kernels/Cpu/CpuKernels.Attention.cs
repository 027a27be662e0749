namespace Attar.Tensors.Kernels.Cpu;

public sealed partial class CpuKernels
{
    public void Attention(Tensor q, Tensor k, Tensor v, Tensor o, AttentionShape shape) =>
        team.For(shape.Sequences * shape.KeyHeads, (task, worker) =>
        {
            (int sequence, int keyHead) = (task / shape.KeyHeads, task % shape.KeyHeads);
            switch (Instructions)
            {
                case InstructionSet.Vector512: AttentionHead<Tile512>.Forward(q, k, v, o, shape, sequence, keyHead, scratch[worker]); break;
                case InstructionSet.Vector256: AttentionHead<Tile256>.Forward(q, k, v, o, shape, sequence, keyHead, scratch[worker]); break;
                default: AttentionHead<Tile128>.Forward(q, k, v, o, shape, sequence, keyHead, scratch[worker]); break;
            }
        });

    public void AttentionBackward(Tensor q, Tensor k, Tensor v, Tensor dO, Tensor dq, Tensor dk, Tensor dv, AttentionShape shape) =>
        team.For(shape.Sequences * shape.KeyHeads, (task, worker) =>
        {
            (int sequence, int keyHead) = (task / shape.KeyHeads, task % shape.KeyHeads);
            switch (Instructions)
            {
                case InstructionSet.Vector512: AttentionHead<Tile512>.Backward(q, k, v, dO, dq, dk, dv, shape, sequence, keyHead, scratch[worker]); break;
                case InstructionSet.Vector256: AttentionHead<Tile256>.Backward(q, k, v, dO, dq, dk, dv, shape, sequence, keyHead, scratch[worker]); break;
                default: AttentionHead<Tile128>.Backward(q, k, v, dO, dq, dk, dv, shape, sequence, keyHead, scratch[worker]); break;
            }
        });
}
