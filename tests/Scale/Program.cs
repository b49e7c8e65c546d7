using System.CommandLine;
using Reconciler.Scale;
using Reconciler.Scale.Fleet;
using Reconciler.Scale.OneAgent;
using Reconciler.Scale.Soak;

var domains = new Option<int>("--domains") { Description = "Domains to create.", DefaultValueFactory = _ => 2000 };
var hosts = new Option<int>("--hosts") { Description = "Simulated hosts, each with its own agent.", DefaultValueFactory = _ => 50 };
var trickle = new Option<int>("--trickle") { Description = "Domains created before, at 10/s.", DefaultValueFactory = _ => 100 };
var rate = new Option<double>("--rate") { Description = "Domains created per second; 0: in one go.", DefaultValueFactory = _ => 0 };
var idle = new Option<int>("--idle-seconds") { Description = "How long nothing happens, before.", DefaultValueFactory = _ => 30 };
var churn = new Option<int>("--churn-seconds") { Description = "How long power states are changed, after.", DefaultValueFactory = _ => 30 };
var createTime = new Option<int>("--create-milliseconds") { Description = "What a simulated host takes to create a domain.", DefaultValueFactory = _ => 100 };
var kubeconfig = new Option<string>("--kubeconfig") { Required = true };

var run = new RootCommand("Creates many Domains on a real API server with the real operator and agents of simulated hosts, and measures.")
{
    domains, hosts, trickle, rate, idle, churn, createTime,
};
run.SetAction((result, cancellation) => ScaleRun.RunAsync(
    new ScaleOptions
    {
        Domains = result.GetValue(domains),
        Hosts = result.GetValue(hosts),
        Trickle = result.GetValue(trickle),
        Rate = result.GetValue(rate),
        Idle = TimeSpan.FromSeconds(result.GetValue(idle)),
        Churn = TimeSpan.FromSeconds(result.GetValue(churn)),
        CreateTime = TimeSpan.FromMilliseconds(result.GetValue(createTime)),
    },
    cancellation));

var ofOneAgent = new Option<int>("--domains") { Description = "Domains on the host.", DefaultValueFactory = _ => 1000 };
var atRestart = new Option<int>("--restart-domains") { Description = "Domains on the host at the first restart.", DefaultValueFactory = _ => 500 };
var quiet = new Option<int>("--idle-seconds") { Description = "How long nothing happens.", DefaultValueFactory = _ => 60 };
var oneAgent = new Command("agent", "Restarts one agent whose simulated host holds many domains, lets it be idle, and measures.") { ofOneAgent, atRestart, quiet };
oneAgent.SetAction((result, cancellation) => AgentRun.RunAsync(
    new AgentRunOptions
    {
        Domains = result.GetValue(ofOneAgent),
        RestartDomains = result.GetValue(atRestart),
        Idle = TimeSpan.FromSeconds(result.GetValue(quiet)),
    },
    cancellation));
run.Subcommands.Add(oneAgent);

var minutes = new Option<double>("--minutes") { Description = "How long packets are lost.", DefaultValueFactory = _ => 10 };
var loss = new Option<int>("--loss") { Description = "Packets lost in each direction, in percent.", DefaultValueFactory = _ => 20 };
var few = new Option<int>("--domains") { Description = "Domains on the host.", DefaultValueFactory = _ => 10 };
var soak = new Command("soak", "Lets an agent work behind a network that loses packets, kills it, and measures what the status says. Needs root.") { minutes, loss, few };
soak.SetAction((result, cancellation) => SoakRun.RunAsync(
    new SoakOptions { Duration = TimeSpan.FromMinutes(result.GetValue(minutes)), Loss = result.GetValue(loss), Domains = result.GetValue(few) }, cancellation));
run.Subcommands.Add(soak);

// Started by the run itself, as a process of its own, so that what the agents use can be told from what the run uses.
var fleet = new Command("agents", "Runs the agents of the simulated hosts until standard input ends.") { Hidden = true };
fleet.Options.Add(kubeconfig);
fleet.Options.Add(hosts);
fleet.Options.Add(createTime);
fleet.SetAction((result, cancellation) => AgentFleet.RunAsync(
    result.GetValue(kubeconfig)!, result.GetValue(hosts), TimeSpan.FromMilliseconds(result.GetValue(createTime)), cancellation));
run.Subcommands.Add(fleet);
return await run.Parse(args).InvokeAsync();
