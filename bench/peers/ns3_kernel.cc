// The hold model and M/M/1 in ns-3, for `make bench` to time beside mrsim's kernel.
//
// ns-3 is under the GPL, version 2. This is a program of its own: it is built only when somebody runs `make bench` and
// ns-3 is installed, it is not installed, and nothing of mrsim is linked with it or included in it.
//
//   ns3_kernel SCHEDULER hold PENDING EVENTS [constant]
//   ns3_kernel SCHEDULER mm1 CUSTOMERS
//
// SCHEDULER is the name of ns-3's class: PriorityQueueScheduler (the fastest), MapScheduler (its default), ...  Events
// are plain functions, times whole nanoseconds; random numbers come from the C++ library, which is faster
// than ns-3's ExponentialRandomVariable.
#include "ns3/core-module.h"
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <random>
#include <string>
#include <time.h>

using namespace ns3;

static const double second = 1e9;
static std::mt19937_64 g_engine(1);

static double CpuSeconds()
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return now.tv_sec + now.tv_nsec * 1e-9;
}

static double Unit()
{
    return ((g_engine() >> 12) + 0.5) * 0x1p-52;
}

static Time Exponential(double mean)
{
    return TimeStep(uint64_t(-std::log(Unit()) * mean));
}

static uint64_t g_happened;

static void Hold()
{
    g_happened++;
    Simulator::Schedule(Exponential(second), &Hold);
}

static void HoldConstant()
{
    g_happened++;
    Simulator::Schedule(TimeStep(uint64_t(second)), &HoldConstant);
}

static double g_start;

static void Begin()
{
    g_happened = 0;
    g_start = CpuSeconds();
}

static void RunHold(double pending, double events, bool constant)
{
    for (uint32_t i = 0; i < pending; i++) {
        if (constant)
            Simulator::Schedule(TimeStep(uint64_t(Unit() * second)), &HoldConstant);
        else
            Simulator::Schedule(Exponential(second), &Hold);
    }
    Simulator::Schedule(TimeStep(uint64_t(second)), &Begin);
    Simulator::Stop(TimeStep(uint64_t((1 + events / pending) * second)));
    Simulator::Run();
    double cpu = CpuSeconds() - g_start;
    std::printf("rate=%.6g events=%.0f cpu=%.4f\n", g_happened / cpu, double(g_happened), cpu);
}

static std::deque<int64_t> g_line;
static uint64_t g_served;
static double g_waited;

static void Depart()
{
    g_waited += (Simulator::Now().GetTimeStep() - g_line.front()) * 1e-9;
    g_line.pop_front();
    g_served++;
    if (!g_line.empty())
        Simulator::Schedule(Exponential(second), &Depart);
}

static void Arrive()
{
    Simulator::Schedule(Exponential(second / 0.9), &Arrive);
    g_line.push_back(Simulator::Now().GetTimeStep());
    if (g_line.size() == 1)
        Simulator::Schedule(Exponential(second), &Depart);
}

static void RunMm1(double customers)
{
    Simulator::Schedule(Exponential(second / 0.9), &Arrive);
    Simulator::Stop(TimeStep(uint64_t(customers / 0.9 * second)));
    g_start = CpuSeconds();
    Simulator::Run();
    double cpu = CpuSeconds() - g_start;
    std::printf("rate=%.6g customers=%.0f cpu=%.4f mean=%.4f\n", g_served / cpu, double(g_served), cpu,
                g_waited / g_served);
}

int main(int argc, char **argv)
{
    std::string what = argc > 3 ? argv[2] : "";
    bool hold = what == "hold" && argc >= 5;
    if (!hold && what != "mm1")
        return 2;
    ObjectFactory scheduler;
    scheduler.SetTypeId(std::string("ns3::") + argv[1]);
    Simulator::SetScheduler(scheduler);
    if (hold)
        RunHold(std::atof(argv[3]), std::atof(argv[4]), argc > 5);
    else
        RunMm1(std::atof(argv[3]));
    Simulator::Destroy();
    return 0;
}
