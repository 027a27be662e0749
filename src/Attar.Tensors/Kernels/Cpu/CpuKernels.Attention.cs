namespace Attar.Tensors.Kernels.Cpu;

public sealed partial class CpuKernels
{
    public void Attention(Tensor q, Tensor k, Tensor v, Tensor o, AttentionShape shape) =>
        team.For(shape.Sequences * shape.KeyHeads, (own: this, q, k, v, o, shape), static (s, task, worker) =>
        {
            (int sequence, int keyHead) = (task / s.shape.KeyHeads, task % s.shape.KeyHeads);
            Scratch scratch = s.own.scratch[worker];
            switch (s.own.Instructions)
            {
                case InstructionSet.Vector512: AttentionHead<Tile512>.Forward(s.q, s.k, s.v, s.o, s.shape, sequence, keyHead, scratch); break;
                case InstructionSet.Vector256: AttentionHead<Tile256>.Forward(s.q, s.k, s.v, s.o, s.shape, sequence, keyHead, scratch); break;
                default: AttentionHead<Tile128>.Forward(s.q, s.k, s.v, s.o, s.shape, sequence, keyHead, scratch); break;
            }
        });

    public void AttentionBackward(Tensor q, Tensor k, Tensor v, Tensor dO, Tensor dq, Tensor dk, Tensor dv, AttentionShape shape) =>
        team.For(shape.Sequences * shape.KeyHeads, (own: this, q, k, v, dO, dq, dk, dv, shape), static (s, task, worker) =>
        {
            (int sequence, int keyHead) = (task / s.shape.KeyHeads, task % s.shape.KeyHeads);
            Scratch scratch = s.own.scratch[worker];
            switch (s.own.Instructions)
            {
                case InstructionSet.Vector512: AttentionHead<Tile512>.Backward(s.q, s.k, s.v, s.dO, s.dq, s.dk, s.dv, s.shape, sequence, keyHead, scratch); break;
                case InstructionSet.Vector256: AttentionHead<Tile256>.Backward(s.q, s.k, s.v, s.dO, s.dq, s.dk, s.dv, s.shape, sequence, keyHead, scratch); break;
                default: AttentionHead<Tile128>.Backward(s.q, s.k, s.v, s.dO, s.dq, s.dk, s.dv, s.shape, sequence, keyHead, scratch); break;
            }
        });
}
