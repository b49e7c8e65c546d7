using Reconciler.Agent.Commands;
using Reconciler.Xen.Light.Worker;

// A worker does nothing that the agent does, and starts in as little time as possible: it is told apart before a command line is read.
if (args is [XlWorker.Command, ..])
    return XlWorker.Run();

return await AgentCommand.Create().Parse(args).InvokeAsync();
