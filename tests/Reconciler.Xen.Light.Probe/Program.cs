using Reconciler.Xen.Light.Probe;
using Reconciler.Xen.Light.Probe.Frames;
using Reconciler.Xen.Light.Worker;

// What the tests of Reconciler.Xen.Light start as processes of their own: the real worker, workers that misbehave, and, in a real dom0,
// the contract of the Host port and its measurements.
return args switch
{
    [XlWorker.Command] => XlWorker.Run(),
    ["misbehave", var how, ..] => Misbehaviour.Run(how),
    ["contract", "pv" or "pvh", ..] => await Contract.RunAsync(args[1..]),
    ["frames"] => FrameChecks.Run(),
    ["lifecycle", ..] => await Lifecycle.RunAsync(args[1..]),
    ["create", ..] => await CreateTimes.RunAsync(args[1..]),
    ["devices", ..] => await DeviceTimes.RunAsync(args[1..]),
    ["device-bench", _] => await DeviceBench.RunAsync(args[1..]),
    ["device-faults", ..] => await DeviceFaults.RunAsync(args[1..]),
    ["qcow2", _, _, _, _] => await Qcow2.RunAsync(args[1..]),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine($"usage: xen-light-probe {XlWorker.Command} | misbehave HOW | contract pv|pvh [CHECK...] | frames | lifecycle pv|pvh | create pv|pvh COUNT | devices pv|pvh COUNT | device-bench ROUNDS | device-faults pv|pvh STEP ROUNDS | qcow2 pv|pvh IMAGE IMAGE DAMAGED");
    return 64;
}
